import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { type EventDraft, valuesOf } from "../model/drafts.ts";
import { kindName, partsOf, resourceKey } from "../model/event-words.ts";
import type { PresetProps } from "./props.ts";
import { ResourcePicker } from "./resource-picker.tsx";

const kinds = ["deployment", "work-pool", "work-queue", "automation"] as const;
type Kind = (typeof kinds)[number];

function kindOf({ expect, after }: EventDraft): Kind | undefined {
  const found = partsOf(after[0] ?? expect[0] ?? "")?.kind;
  return kinds.find((kind) => kind === found);
}

/** The resource that the event is about: chosen where the kind is known, else typed. */
export function ResourceField(props: PresetProps) {
  const { trigger, onChange, nameOf, preset } = props;
  const kind = preset.fields.includes("name") ? undefined : kindOf(trigger);
  const values = valuesOf(trigger.match, resourceKey).filter((id) => id !== "");
  const set = (ids: readonly string[], any?: string) => {
    const { [resourceKey]: _, ...others } = trigger.match;
    const value = ids.length === 0 ? any : ids.length === 1 ? ids[0] : [...ids];
    onChange({ ...trigger, match: value === undefined ? others : { ...others, [resourceKey]: value } });
  };
  if (!kind)
    return (
      <TagEditor
        label="Resource"
        description="Ids of resources; * stands for any text. Empty: any resource."
        tags={values}
        placeholder="Any resource"
        onChange={(ids) => set(ids)}
      />
    );
  const start = `prefect.${kind}.`;
  const noun = kindName(kind);
  return (
    <ResourcePicker
      label={`${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`}
      kind={kind}
      placeholder={`Any ${noun}`}
      chosen={values.filter((id) => !id.endsWith("*")).map((id) => id.slice(start.length))}
      onChange={(ids) =>
        set(
          ids.map((id) => start + id),
          `${start}*`,
        )
      }
      nameOf={(id) => nameOf(start + id)}
    />
  );
}
