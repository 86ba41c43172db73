import { type FocusEvent, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { afterPress } from "../kit/controls/press.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { FormContext } from "./context.ts";
import type { Controls } from "./control.ts";
import { SchemaField } from "./field.tsx";
import type { SchemaFormState } from "./form-state.ts";
import { JsonText } from "./json.tsx";
import { ObjectParts } from "./nested.tsx";
import { readShape } from "./shapes.ts";

interface Props {
  form: SchemaFormState;
  label: string;
  controls: Controls;
  hasTabs: boolean;
}

export function SchemaFormBody({ form, label, controls, hasTabs }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  useFirstProblem(form, frame);
  const shown = useMemo(() => {
    const byPlace = Map.groupBy(form.problems, (problem) => problem.pointer);
    const errorAt = (pointer: string) =>
      form.tries > 0 || left.has(pointer) ? byPlace.get(pointer)?.[0]?.message : undefined;
    return { form, errorAt, controls, Field: SchemaField };
  }, [form, left, controls]);
  const leave = ({ target }: FocusEvent) => {
    const pointer = target.closest("[data-place]")?.getAttribute("data-place");
    if (typeof pointer === "string" && !left.has(pointer))
      afterPress(() => setLeft((old) => new Set([...old, pointer])));
  };
  return (
    <FormContext value={shown}>
      <div ref={frame} role="group" aria-label={label} onBlur={leave} className="min-w-0">
        {hasTabs && <TabLine form={form} label={label} />}
        {form.tab === "json" ? <JsonText form={form} label={label} /> : <Fields form={form} />}
        <Summary form={form} />
      </div>
    </FormContext>
  );
}

function TabLine({ form, label }: Pick<Props, "form" | "label">) {
  return (
    <div className="mb-3 flex items-center gap-2">
      <Segmented
        label={`${label} as`}
        value={form.tab}
        onChange={form.setTab}
        options={[
          { value: "form", label: "Form" },
          { value: "json", label: "JSON" },
        ]}
      />
      {form.isChanged && (
        <Button variant="ghost" className="ml-auto" onClick={form.reset}>
          Reset changes
        </Button>
      )}
    </div>
  );
}

function Fields({ form }: { form: SchemaFormState }) {
  const shape = readShape(form.schema, form.schema);
  return (
    <>
      {form.mistake && (
        <p role="status" className="mb-3 rounded-md bg-sunken px-3 py-2">
          Invalid JSON at line {form.mistake.line}. The form shows the last valid version.{" "}
          <button type="button" className="text-accent underline" onClick={() => form.setTab("json")}>
            Go to the JSON
          </button>{" "}
          or{" "}
          <button type="button" className="text-accent underline" onClick={() => form.setValue(form.value)}>
            discard what was typed
          </button>
          .
        </p>
      )}
      <fieldset disabled={form.mistake !== undefined} className="min-w-0">
        {shape.kind === "object" ? (
          <ObjectParts
            shape={shape}
            value={form.value}
            path={[]}
            onChange={form.setValue}
            fallback={form.fallback}
          />
        ) : (
          <p className="text-muted">The schema does not describe an object; use JSON.</p>
        )}
      </fieldset>
    </>
  );
}

/** After a try: how much is wrong, for those who do not see the fields. */
function Summary({ form }: { form: SchemaFormState }) {
  const count = form.problems.length + (form.mistake ? 1 : 0);
  return (
    <p role="status" className="mt-2 text-danger empty:hidden">
      {form.tries > 0 && count > 0 && (count === 1 ? "1 invalid value" : `${count} invalid values`)}
    </p>
  );
}

/** A try to submit that failed leads to the first field that is wrong. */
function useFirstProblem(form: SchemaFormState, frame: { current: HTMLElement | null }) {
  const tried = useRef(form.tries);
  useEffect(() => {
    if (tried.current === form.tries) return;
    tried.current = form.tries;
    const wrong = frame.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]");
    const control = wrong?.matches("[data-invalid]")
      ? wrong.querySelector<HTMLElement>("input, button, select")
      : wrong;
    if (form.tries > 0) control?.focus();
  }, [form.tries, frame]);
}
