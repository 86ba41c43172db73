import { useId, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { Field } from "../../kit/controls/field.tsx";
import { Select } from "../../kit/controls/select.tsx";
import type { EventDraft } from "../model/drafts.ts";
import { presetOf, presets, type TriggerKind, triggerOf } from "../model/presets.ts";
import { CompositeFields } from "./composite-fields.tsx";
import { EventFields } from "./event-fields.tsx";
import { PresetFields } from "./preset-fields.tsx";
import type { TriggerProps } from "./props.ts";

const options: readonly { value: TriggerKind; label: string }[] = [
  ...presets.map(({ key, label }) => ({ value: key, label })),
  { value: "custom", label: "Events, with every field" },
  { value: "compound", label: "Several triggers together" },
  { value: "sequence", label: "Several triggers in order" },
];

/** What the automation waits for: a choice in words, and what that needs to be told. */
export function TriggerEditor(props: TriggerProps) {
  const { trigger, onChange, nameOf, eventNames } = props;
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const preset = presetOf(trigger);
  const kind: TriggerKind =
    trigger.type === "event" ? (isWhole ? "custom" : (preset?.key ?? "custom")) : trigger.type;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Field label="What happens" id={id}>
        <Select
          id={id}
          label="What happens"
          value={kind}
          options={options}
          onChange={(next) => {
            setWhole(next === "custom");
            onChange(triggerOf(next, trigger));
          }}
        />
      </Field>
      {trigger.type !== "event" ? (
        <CompositeFields {...props} trigger={trigger} Editor={TriggerEditor} />
      ) : preset && !isWhole ? (
        <>
          <PresetFields {...{ trigger, preset, onChange, nameOf, eventNames }} path={props.path} />
          <AllFields trigger={trigger} onOpen={() => setWhole(true)} />
        </>
      ) : (
        <EventFields {...props} trigger={trigger} />
      )}
    </div>
  );
}

function AllFields({ trigger, onOpen }: { trigger: EventDraft; onOpen: () => void }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
      <span className="break-all">
        {trigger.posture}: {trigger.expect.join(", ") || "any event"}
      </span>
      <Button variant="ghost" onClick={onOpen}>
        Show all fields
      </Button>
    </p>
  );
}
