import { Plus, Trash2 } from "lucide-react";
import { Button } from "../../kit/controls/button.tsx";
import { CountField } from "../../kit/controls/count-field.tsx";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import type { EventDraft, Labels } from "../model/drafts.ts";
import { DurationField } from "./duration-field.tsx";
import { LabelsEditor } from "./labels-editor.tsx";
import type { TriggerProps } from "./props.ts";
import { useProblem } from "./use-draft.ts";

/** Every field of a trigger on events. */
export function EventFields({ trigger, onChange, path, eventNames }: TriggerProps<EventDraft>) {
  const set = (patch: Partial<EventDraft>) => onChange({ ...trigger, ...patch });
  const isReactive = trigger.posture === "Reactive";
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div>
        <Segmented
          label="Posture"
          value={trigger.posture}
          onChange={(posture) =>
            set({ posture, within: posture === "Proactive" ? trigger.within || 600 : trigger.within })
          }
          options={[
            { value: "Reactive", label: "Fire when events occur" },
            { value: "Proactive", label: "Fire when events do not occur" },
          ]}
        />
      </div>
      <TagEditor
        label={isReactive ? "Events that count" : "Expected events"}
        description="Names, of which * stands for any text. Empty: every event."
        tags={trigger.expect}
        placeholder="prefect.flow-run.*"
        suggestions={eventNames}
        onChange={(expect) => set({ expect })}
        error={useProblem(`${path}.expect`)}
      />
      <TagEditor
        label="After"
        description="Only after one of these events. Empty: at any time."
        tags={trigger.after}
        placeholder="Any time"
        suggestions={eventNames}
        onChange={(after) => set({ after })}
        error={useProblem(`${path}.after`)}
      />
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        <CountField
          label="Threshold"
          value={String(trigger.threshold)}
          onChange={(text) => /^-?\d+$/.test(text) && set({ threshold: Number(text) })}
          error={useProblem(`${path}.threshold`)}
        />
        <DurationField
          label="Within"
          isOptional={isReactive}
          seconds={trigger.within}
          onChange={(seconds) => set({ within: seconds ?? 0 })}
          error={useProblem(`${path}.within`)}
        />
      </div>
      <TagEditor
        label="Counted for each"
        description="Labels whose values are counted separately, such as prefect.resource.id or related:flow:prefect.resource.id."
        tags={trigger.for_each}
        placeholder="All together"
        onChange={(for_each) => set({ for_each })}
        error={useProblem(`${path}.for_each`)}
      />
      <LabelsEditor label="The resource has" labels={trigger.match} onChange={(match) => set({ match })} />
      <Related trigger={trigger} onChange={(match_related) => set({ match_related })} />
    </div>
  );
}

interface RelatedProps {
  trigger: EventDraft;
  onChange: (related: EventDraft["match_related"]) => void;
}

/** Conditions on related resources, each of which one related resource has to meet. */
function Related({ trigger, onChange }: RelatedProps) {
  const list: Labels[] = [trigger.match_related].flat();
  const write = (next: Labels[]) => {
    const [only] = next;
    onChange(next.length === 1 && only ? only : next);
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {list.map((labels, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are told apart by their place
        <div key={place} className="min-w-0">
          <LabelsEditor
            label={place === 0 ? "A related resource has" : "Another related resource has"}
            labels={labels}
            onChange={(next) => write(list.map((one, at) => (at === place ? next : one)))}
          />
          {list.length > 1 && (
            <Button
              variant="ghost"
              className="mt-1"
              onClick={() => write(list.filter((_, at) => at !== place))}
            >
              <Trash2 size={13} />
              Remove condition
            </Button>
          )}
        </div>
      ))}
      <Button className="self-start" onClick={() => write([...list, {}])}>
        <Plus size={13} />
        Add related resource
      </Button>
    </div>
  );
}
