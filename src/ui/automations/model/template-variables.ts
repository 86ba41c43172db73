import { allDrafts, type TriggerDraft } from "./drafts.ts";
import { partsOf } from "./event-words.ts";

/** A value that templates of actions may use. */
export interface Variable {
  name: string;
  hint: string;
}

const common: readonly Variable[] = [
  { name: "automation.name", hint: "name of this automation" },
  { name: "event.event", hint: "name of the event" },
  { name: "event.occurred", hint: "time of the event" },
  { name: "event.resource.name", hint: "name of the event's resource" },
  { name: "event.resource.id", hint: "id of the event's resource" },
  { name: "event.payload", hint: "payload of the event" },
  { name: "labels", hint: "labels that the firing was counted by" },
  { name: "variables.NAME", hint: "a variable of the server" },
];

const run: readonly Variable[] = [
  { name: "flow_run.name", hint: "name of the flow run" },
  { name: "flow_run.state.name", hint: "state: Failed, Crashed" },
  { name: "flow_run.state.message", hint: "message of the state" },
  { name: "flow_run.state.timestamp", hint: "time of the state" },
  { name: "flow_run | ui_url", hint: "link to the flow run" },
  { name: "flow_run.id", hint: "id of the flow run" },
  { name: "flow_run.parameters", hint: "parameters of the flow run" },
  { name: "flow_run.tags", hint: "tags of the flow run" },
  { name: "flow.name", hint: "name of the flow" },
  { name: "deployment.name", hint: "name of the deployment, if any" },
  { name: "work_pool.name", hint: "name of the work pool, if any" },
];

const byKind: Readonly<Record<string, readonly Variable[]>> = {
  "flow-run": run,
  deployment: [
    { name: "deployment.name", hint: "name of the deployment" },
    { name: "deployment.id", hint: "id of the deployment" },
    { name: "deployment | ui_url", hint: "link to the deployment" },
    { name: "flow.name", hint: "name of the flow" },
  ],
  "work-pool": [
    { name: "work_pool.name", hint: "name of the work pool" },
    { name: "work_pool.type", hint: "type of the work pool" },
  ],
  "work-queue": [{ name: "work_queue.name", hint: "name of the work queue" }],
  flow: [{ name: "flow.name", hint: "name of the flow" }],
  "concurrency-limit": [{ name: "concurrency_limit.name", hint: "name of the limit" }],
};

function kindsOf(trigger: TriggerDraft): string[] {
  const names = allDrafts(trigger).flatMap((one) =>
    one.type === "event" ? [...one.expect, ...one.after] : [],
  );
  return [...new Set(names.flatMap((name) => partsOf(name)?.kind ?? []))];
}

/** What templates may use for events of this trigger, the likeliest first. */
export function variablesFor(trigger: TriggerDraft): readonly Variable[] {
  const all = [...kindsOf(trigger).flatMap((kind) => byKind[kind] ?? []), ...common];
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

/** Subject and text that fit the trigger. */
export function messageFor(trigger: TriggerDraft): { subject: string; body: string } {
  const kinds = kindsOf(trigger);
  if (kinds.includes("flow-run"))
    return {
      subject: "{{ flow_run.name }} of {{ flow.name }}: {{ flow_run.state.name }}",
      body: "Flow run {{ flow_run.name }} of flow {{ flow.name }} is {{ flow_run.state.name }}.\n{{ flow_run.state.message }}\n{{ flow_run | ui_url }}",
    };
  return {
    subject: "{{ event.event }}: {{ event.resource.name }}",
    body: "{{ automation.name }} fired for {{ event.event }} of {{ event.resource.name }} at {{ event.occurred }}.",
  };
}

/** What is being typed after `{{` before the caret; undefined where no expression is open. */
export function openExpression(text: string, caret: number): { from: number; typed: string } | undefined {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf("{{");
  const rest = before.slice(from + 2);
  if (from < 0 || rest.includes("}}") || rest.includes("\n") || rest.length > 60) return undefined;
  return { from: from + 2, typed: rest.trimStart() };
}

/** The text with a variable in place of what was typed, closed where it is not; and the caret behind it. */
export function completed(text: string, caret: number, name: string): { text: string; caret: number } {
  const open = openExpression(text, caret);
  if (!open) return { text, caret };
  const rest = text.slice(caret);
  const end = /^\s*\}\}/.exec(rest)?.[0] ?? "";
  const head = `${text.slice(0, open.from)} ${name} }}`;
  return { text: head + rest.slice(end.length), caret: head.length };
}
