import { useId } from "react";
import { CountField } from "../../kit/controls/count-field.tsx";
import { Field } from "../../kit/controls/field.tsx";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import type { EventDraft } from "../model/drafts.ts";
import { kindName, partsOf } from "../model/event-words.ts";
import { type Preset, runEvent, statuses, statusOf, withStatus } from "../model/presets.ts";
import { DurationField } from "./duration-field.tsx";
import { runStates } from "./event-names.ts";
import type { PresetProps } from "./props.ts";
import { ResourceField } from "./resource-field.tsx";
import { ScopeFields } from "./scope-fields.tsx";
import { useProblem } from "./use-draft.ts";

/** What a preset has to be told. */
export function PresetFields(props: PresetProps) {
  const { trigger, preset, onChange, path, eventNames } = props;
  const within = useProblem(`${path}.within`);
  const set = (patch: Partial<EventDraft>) => onChange({ ...trigger, ...patch });
  const has = (field: Preset["fields"][number]) => preset.fields.includes(field);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {has("states") && <States {...props} />}
      {has("name") && (
        <TagEditor
          label="Name of the event"
          description="Any of these; * stands for any text."
          tags={trigger.expect}
          placeholder="order.created"
          suggestions={eventNames}
          onChange={(expect) => set({ expect })}
        />
      )}
      {has("status") && <Status {...props} />}
      {has("resource") && <ResourceField {...props} />}
      {has("duration") && (
        <DurationField
          label={preset.key === "no-event" ? "Time without the event" : "Longer than"}
          seconds={trigger.within}
          onChange={(seconds) => set({ within: seconds ?? 0 })}
          error={within}
        />
      )}
      {has("scope") && <ScopeFields {...props} />}
      {has("count") && <Count {...props} />}
    </div>
  );
}

/** States by their names, written as the names of their events. */
function States({ trigger, preset, onChange, path }: PresetProps) {
  const key = preset.key === "flow-run-stuck" ? "after" : "expect";
  return (
    <TagEditor
      label="States"
      description="Any of these names of states."
      tags={trigger[key].map((name) => partsOf(name)?.what ?? name)}
      placeholder="Failed"
      suggestions={runStates}
      onChange={(states) => states.length > 0 && onChange({ ...trigger, [key]: states.map(runEvent) })}
      error={useProblem(`${path}.${key}`)}
    />
  );
}

const statusLabels = { "not-ready": "Not ready", ready: "Ready", paused: "Paused" } as const;

function Status({ trigger, onChange, path }: PresetProps) {
  const id = useId();
  const found = statusOf(trigger);
  const error = useProblem(`${path}.within`);
  if (!found) return null;
  const { kind, status, within } = found;
  const set = (name: string, time: number | null) => onChange(withStatus(trigger, kind, name, time));
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <Field label="Status" id={id}>
        <Select
          id={id}
          label="Status"
          value={status}
          options={statuses
            .filter((one) => one !== "paused" || kind !== "deployment")
            .map((value) => ({ value, label: statusLabels[value] }))}
          onChange={(next) => set(next, within)}
        />
      </Field>
      <Segmented
        label="When to fire"
        value={within === null ? "at-once" : "after"}
        onChange={(next) => set(status, next === "after" ? 600 : null)}
        options={[
          { value: "at-once", label: "At once" },
          { value: "after", label: "When it stays so" },
        ]}
      />
      {within !== null && (
        <DurationField
          label={`For how long the ${kindName(kind)} stays so`}
          seconds={within}
          onChange={(seconds) => set(status, seconds ?? 0)}
          error={error}
        />
      )}
    </div>
  );
}

function Count({ trigger, onChange, path }: PresetProps) {
  const isMany = trigger.threshold !== 1;
  const set = (patch: Partial<EventDraft>) => onChange({ ...trigger, ...patch });
  const threshold = useProblem(`${path}.threshold`);
  const within = useProblem(`${path}.within`);
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <Segmented
        label="How often"
        value={isMany ? "many" : "each"}
        onChange={(next) =>
          set(next === "many" ? { threshold: 3, within: 600 } : { threshold: 1, within: 0 })
        }
        options={[
          { value: "each", label: "Every time" },
          { value: "many", label: "Several times" },
        ]}
      />
      {isMany && (
        <>
          <CountField
            label="Times"
            value={String(trigger.threshold)}
            onChange={(text) => /^\d+$/.test(text) && set({ threshold: Number(text) })}
            error={threshold}
          />
          <DurationField
            label="Within"
            isOptional
            seconds={trigger.within}
            onChange={(seconds) => set({ within: seconds ?? 0 })}
            error={within}
          />
        </>
      )}
    </div>
  );
}
