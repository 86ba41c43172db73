import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { type ComponentType, useId } from "react";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { CountField } from "../../kit/controls/count-field.tsx";
import { Field } from "../../kit/controls/field.tsx";
import { Select } from "../../kit/controls/select.tsx";
import type { CompositeDraft, CompoundDraft, TriggerDraft } from "../model/drafts.ts";
import { givenTrigger } from "../model/presets.ts";
import { triggerWords } from "../model/trigger-words.ts";
import { DurationField } from "./duration-field.tsx";
import type { TriggerProps } from "./props.ts";
import { useProblem } from "./use-draft.ts";

interface Props extends TriggerProps<CompositeDraft> {
  Editor: ComponentType<TriggerProps>;
}

/** Triggers within a trigger. */
export function CompositeFields({ trigger, onChange, path, nameOf, eventNames, Editor }: Props) {
  const { triggers } = trigger;
  const setAll = (next: TriggerDraft[]) => onChange({ ...trigger, triggers: next });
  const problem = useProblem(`${path}.triggers`);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        {trigger.type === "compound" && <Require trigger={trigger} onChange={onChange} path={path} />}
        <DurationField
          label="Within"
          isOptional
          seconds={trigger.within}
          onChange={(within) => onChange({ ...trigger, within })}
          error={useProblem(`${path}.within`)}
        />
      </div>
      {triggers.map((child, place) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: triggers are told apart by their place
          key={place}
          className="min-w-0 rounded-md border px-3 pt-2 pb-3"
        >
          <legend className="sr-only">Trigger {place + 1}</legend>
          <div className="mb-2 flex items-center gap-1">
            <span className="min-w-0 flex-1 truncate text-muted">
              {place + 1}. {triggerWords(child, nameOf)}
            </span>
            <Move triggers={triggers} place={place} onChange={setAll} />
          </div>
          <Editor
            {...{ nameOf, eventNames }}
            trigger={child}
            path={`${path}.triggers.${place}`}
            onChange={(next) => setAll(triggers.map((one, at) => (at === place ? next : one)))}
          />
        </fieldset>
      ))}
      {problem && <p className="text-danger">{problem}</p>}
      <Button className="self-start" onClick={() => setAll([...triggers, givenTrigger({ preset: "event" })])}>
        <Plus size={13} />
        Add trigger
      </Button>
    </div>
  );
}

interface MoveProps {
  triggers: readonly TriggerDraft[];
  place: number;
  onChange: (triggers: TriggerDraft[]) => void;
}

function Move({ triggers, place, onChange }: MoveProps) {
  const swap = (to: number) => {
    const [one, other] = [triggers[place], triggers[to]];
    if (one && other) onChange(triggers.with(place, other).with(to, one));
  };
  return (
    <>
      <IconButton
        label={`Move trigger ${place + 1} up`}
        disabled={place === 0}
        onClick={() => swap(place - 1)}
      >
        <ArrowUp size={13} />
      </IconButton>
      <IconButton
        label={`Move trigger ${place + 1} down`}
        disabled={place === triggers.length - 1}
        onClick={() => swap(place + 1)}
      >
        <ArrowDown size={13} />
      </IconButton>
      <IconButton
        label={`Remove trigger ${place + 1}`}
        disabled={triggers.length === 1}
        onClick={() => onChange(triggers.toSpliced(place, 1))}
      >
        <Trash2 size={13} />
      </IconButton>
    </>
  );
}

interface RequireProps {
  trigger: CompoundDraft;
  onChange: (trigger: CompoundDraft) => void;
  path: string;
}

function Require({ trigger, onChange, path }: RequireProps) {
  const id = useId();
  const error = useProblem(`${path}.require`);
  const { require } = trigger;
  const isCount = typeof require === "number";
  return (
    <>
      <Field label="Fires when" id={id} error={isCount ? undefined : error}>
        <Select
          id={id}
          label="Fires when"
          value={isCount ? "some" : require}
          options={[
            { value: "all", label: "all of them have fired" },
            { value: "any", label: "any of them fires" },
            { value: "some", label: "some of them have fired" },
          ]}
          onChange={(next) => onChange({ ...trigger, require: next === "some" ? 2 : next })}
        />
      </Field>
      {isCount && (
        <CountField
          label="How many"
          value={String(require)}
          onChange={(text) => /^\d+$/.test(text) && onChange({ ...trigger, require: Number(text) })}
          error={error}
        />
      )}
    </>
  );
}
