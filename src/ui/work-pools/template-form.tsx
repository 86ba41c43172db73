import { useEffect, useEffectEvent, useState } from "react";
import type { Json } from "../../schema/scalars.ts";
import { Button } from "../kit/controls/button.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import type { SchemaFormState } from "../schema-form/form-state.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";
import { defaultsOf, defaultsSchema, faultOf, templateSchema, withDefaults } from "./template.ts";

/** A base job template that is edited; the whole as JSON is the truth, the form shows the defaults in it. */
export interface TemplateEditing {
  whole: SchemaFormState;
  /** Why it cannot be saved as it is. */
  fault: string | undefined;
  /** The template, if it can be saved; else shows what is wrong. */
  submit: () => Json | undefined;
  /** What the form shows cannot be a default. */
  setInvalid: (isInvalid: boolean) => void;
}

export function useTemplate(template: Json): TemplateEditing {
  const whole = useSchemaForm({ schema: templateSchema, value: template });
  const [isInvalid, setInvalid] = useState(false);
  const fault = isInvalid ? "A default does not fit the type of its variable." : faultOf(whole.value);
  return { whole, fault, setInvalid, submit: () => (fault === undefined ? whole.submit() : undefined) };
}

/** The defaults of the variables as a form, and the whole template as JSON; each shows what was done in the other. */
export function TemplateForm({ editing: { whole, fault, setInvalid } }: { editing: TemplateEditing }) {
  const [resets, setResets] = useState(0);
  const isJson = whole.tab === "json";
  return (
    <div role="group" aria-label="Base job template" className="min-w-0">
      <div className="mb-3 flex items-center gap-2">
        <Segmented
          label="Base job template as"
          value={whole.tab}
          onChange={whole.setTab}
          options={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
        />
        {whole.isChanged && (
          <Button
            variant="ghost"
            className="ml-auto"
            onClick={() => {
              setInvalid(false);
              whole.reset();
              setResets(resets + 1);
            }}
          >
            Reset changes
          </Button>
        )}
      </div>
      {isJson ? (
        <SchemaForm form={whole} label="Base job template" hasTabs={false} />
      ) : whole.mistake ? (
        <p role="status" className="rounded-md bg-sunken px-3 py-2">
          Invalid JSON at line {whole.mistake.line}.{" "}
          <button type="button" className="text-accent underline" onClick={() => whole.setTab("json")}>
            Go to the JSON
          </button>
        </p>
      ) : (
        <Defaults key={resets} whole={whole} onInvalid={setInvalid} />
      )}
      {fault && (
        <p role="alert" className="mt-2 break-words text-danger">
          {fault}
        </p>
      )}
    </div>
  );
}

interface DefaultsProps {
  whole: SchemaFormState;
  onInvalid: (isInvalid: boolean) => void;
}

/** Shown anew when the JSON was left: begins with what stands there. */
function Defaults({ whole, onInvalid }: DefaultsProps) {
  const [start] = useState(() => ({ schema: defaultsSchema(whole.value), value: defaultsOf(whole.value) }));
  const form = useSchemaForm(start);
  const { value, problems } = form;
  const tell = useEffectEvent(() => {
    onInvalid(problems.length > 0);
    if (value !== start.value) whole.setValue(withDefaults(whole.value, value));
  });
  useEffect(() => {
    if (value) tell();
  }, [value]);
  if (Object.keys(start.schema.properties ?? {}).length === 0)
    return <p className="text-muted">The template has no variables. Add some in the JSON.</p>;
  return (
    <>
      <p className="mb-3 text-muted">
        Defaults of the variables. A deployment overrides them with its job variables.
      </p>
      <SchemaForm form={form} label="Defaults of variables" hasTabs={false} />
    </>
  );
}
