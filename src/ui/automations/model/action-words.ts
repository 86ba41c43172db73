import type { ActionDraft } from "./drafts.ts";
import type { NameOf } from "./trigger-words.ts";

/** What actions of a type do, as their choice names them. */
export const actionLabels: Readonly<Record<ActionDraft["type"], string>> = {
  "send-notification": "Send a notification",
  "call-webhook": "Call a webhook",
  "run-deployment": "Run a deployment",
  "pause-deployment": "Pause a deployment",
  "resume-deployment": "Resume a deployment",
  "cancel-flow-run": "Cancel the flow run",
  "suspend-flow-run": "Suspend the flow run",
  "resume-flow-run": "Resume the flow run",
  "change-flow-run-state": "Change the state of the flow run",
  "delete-flow-run": "Delete the flow run",
  "pause-work-pool": "Pause a work pool",
  "resume-work-pool": "Resume a work pool",
  "pause-work-queue": "Pause a work queue",
  "resume-work-queue": "Resume a work queue",
  "pause-automation": "Pause an automation",
  "resume-automation": "Resume an automation",
  "do-nothing": "Do nothing",
};

const kinds = ["deployment", "work-pool", "work-queue", "automation"] as const;

/** The resource that an action names: `prefect.deployment.<id>`; undefined where the event names it. */
export function targetOf(action: ActionDraft): string | undefined {
  if (typeof action.block_document_id === "string")
    return `prefect.block-document.${action.block_document_id}`;
  for (const kind of kinds) {
    const id = action[`${kind.replace("-", "_")}_id`];
    if (typeof id === "string" && id !== "") return `prefect.${kind}.${id}`;
  }
  return undefined;
}

/** An action in words: "Run deployment nightly". */
export function actionWords(action: ActionDraft, nameOf: NameOf): string {
  const target = targetOf(action);
  const name = target && (nameOf(target) ?? target.split(".").at(-1)?.slice(0, 8));
  const [, verb = "", kind = ""] =
    /^(run|pause|resume)-(deployment|work-pool|work-queue|automation)$/.exec(action.type) ?? [];
  if (kind) {
    const noun = kind.replace("-", " ");
    return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${name ? `${noun} ${name}` : `${noun} of the event`}`;
  }
  if (action.type === "send-notification") return name ? `Notify ${name}` : actionLabels[action.type];
  if (action.type === "call-webhook") return name ? `Call webhook ${name}` : actionLabels[action.type];
  if (action.type === "change-flow-run-state")
    return `Set flow run to ${typeof action.name === "string" && action.name ? action.name : stateName(action.state)}`;
  return actionLabels[action.type];
}

const stateName = (type: unknown): string => {
  const text = typeof type === "string" ? type : "a state";
  return text.charAt(0) + text.slice(1).toLowerCase();
};
