import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { actionLabels, actionWords } from "../model/action-words.ts";
import { type ActionDraft, actionTypes, type TriggerDraft } from "../model/drafts.ts";
import { messageFor, variablesFor } from "../model/template-variables.ts";
import type { NameOf } from "../model/trigger-words.ts";
import { ActionFields } from "./action-fields.tsx";
import { useProblem } from "./use-draft.ts";

interface Props {
  actions: readonly ActionDraft[];
  onChange: (actions: ActionDraft[]) => void;
  /** Of the list in the draft: `actions`. */
  path: string;
  trigger: TriggerDraft;
  nameOf: NameOf;
}

/** An action of a type, with what it usually says. */
export function newAction(type: ActionDraft["type"], trigger: TriggerDraft): ActionDraft {
  const { subject, body } = messageFor(trigger);
  if (type === "send-notification") return { type, subject, body };
  if (type === "call-webhook")
    return { type, payload: JSON.stringify({ event: "{{ event.event }}", text: subject }, null, 2) };
  if (type === "change-flow-run-state") return { type, state: "FAILED" };
  if (/-(deployment|work-pool|work-queue|automation)$/.test(type)) return { type, source: "selected" };
  return { type };
}

/** What the automation does, in order. */
export function ActionsEditor({ actions, onChange, path, trigger, nameOf }: Props) {
  const problem = useProblem(path);
  const variables = variablesFor(trigger);
  const said = (action: ActionDraft) => {
    const words = actionWords(action, nameOf);
    return words === actionLabels[action.type] ? "" : words;
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {actions.map((action, place) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: actions are told apart by their place
          key={place}
          aria-label={`Action ${place + 1}`}
          className="flex min-w-0 flex-col gap-3 rounded-md border px-3 pt-2 pb-3"
        >
          <div className="flex items-center gap-2">
            <Select
              label={`Type of action ${place + 1}`}
              value={action.type}
              options={actionTypes.map((value) => ({ value, label: actionLabels[value] }))}
              onChange={(type) => onChange(actions.with(place, newAction(type, trigger)))}
            />
            <span className="min-w-0 flex-1 truncate text-xs text-muted">{said(action)}</span>
            <Move actions={actions} place={place} onChange={onChange} />
          </div>
          <ActionFields
            {...{ action, nameOf, variables }}
            path={`${path}.${place}`}
            onChange={(next) => onChange(actions.with(place, next))}
          />
        </fieldset>
      ))}
      {problem && <p className="text-danger">{problem}</p>}
      <Button
        className="self-start"
        onClick={() => onChange([...actions, newAction("send-notification", trigger)])}
      >
        <Plus size={13} />
        Add action
      </Button>
    </div>
  );
}

function Move({ actions, place, onChange }: Pick<Props, "actions" | "onChange"> & { place: number }) {
  const swap = (to: number) => {
    const [one, other] = [actions[place], actions[to]];
    if (one && other) onChange(actions.with(place, other).with(to, one));
  };
  return (
    <span className="flex">
      <IconButton
        label={`Move action ${place + 1} up`}
        disabled={place === 0}
        onClick={() => swap(place - 1)}
      >
        <ArrowUp size={13} />
      </IconButton>
      <IconButton
        label={`Move action ${place + 1} down`}
        disabled={place === actions.length - 1}
        onClick={() => swap(place + 1)}
      >
        <ArrowDown size={13} />
      </IconButton>
      <IconButton label={`Remove action ${place + 1}`} onClick={() => onChange(actions.toSpliced(place, 1))}>
        <Trash2 size={13} />
      </IconButton>
    </span>
  );
}
