import type { ReceivedEvent } from "../../schema/events.ts";
import type { AutomationTask, ToldFiring } from "../../store/records/automation-rows.ts";
import type { Nouns } from "../../store/store.ts";
import { resourceIdOf } from "./resources.ts";
import type { TemplateFunction } from "./templates.ts";

// Values for action templates: the event, the automation, and the rows that the event is about.

type Labels = Readonly<Record<string, string>>;
type Values = Record<string, unknown>;
type Read = (nouns: Nouns, id: string) => Promise<object | undefined>;

/** Rows are named by their kind, and read only for templates that use them. */
const readers: Record<string, Read> = {
  flow: (nouns, id) => nouns.flows.read(id),
  flow_run: (nouns, id) => nouns.flowRuns.read(id),
  task_run: (nouns, id) => nouns.taskRuns.read(id),
  deployment: (nouns, id) => nouns.deployments.read(id),
  work_pool: (nouns, id) => nouns.workPools.read(id),
  work_queue: (nouns, id) => nouns.workQueues.read(id),
  concurrency_limit: (nouns, id) => nouns.concurrencyLimits.read(id),
};

/** All values that these templates use. */
export async function valuesFor(
  nouns: Nouns,
  { context }: AutomationTask,
  templates: readonly string[],
): Promise<Values> {
  const { automation, firing, event } = context;
  const values: Values = {
    automation: named(automation, `prefect.automation.${automation.id}`),
    event: event && eventValue(event),
    labels: nestedLabels(firing.triggering_labels),
    firing,
    firings: allFirings(firing),
    events: allFirings(firing).flatMap(({ triggering_event }) => triggering_event ?? []),
  };
  const speaksOf = (name: string) => templates.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  for (const [name, read] of Object.entries(readers)) {
    if (event && speaksOf(name)) values[name] = await rowOf(nouns, event, name, read);
  }
  if (speaksOf("variables")) values.variables = await variablesOf(nouns);
  return values;
}

async function rowOf(nouns: Nouns, event: ReceivedEvent, name: string, read: Read) {
  const kind = `prefect.${name.replace("_", "-")}`;
  const resource = [event.resource, ...event.related].find((labels) => resourceIdOf(labels, kind));
  const id = resource && resourceIdOf(resource, kind);
  const row = id ? await read(nouns, id) : undefined;
  return row && resource ? { ...named(row, `${kind}.${id}`), ...stateOf(resource) } : null;
}

/** The key that identifies the resource of a value. */
const key = "prefect.resource.id";
const named = (row: object, id: string): Values => ({ ...row, [key]: id });

/** The run may have changed since: the state of the event is used. */
function stateOf(labels: Labels): Values {
  const [type, name] = [labels["prefect.state-type"], labels["prefect.state-name"]];
  if (type === undefined || name === undefined) return {};
  const [message, timestamp] = [labels["prefect.state-message"], labels["prefect.state-timestamp"]];
  return { state: { type, name, message, timestamp }, state_type: type, state_name: name };
}

const allFirings = (firing: ToldFiring): ToldFiring[] => [
  firing,
  ...firing.triggering_firings.flatMap(allFirings),
];

const resourceValue = (labels: Labels): Values => ({
  ...labels,
  id: labels[key],
  name: labels["prefect.resource.name"] ?? null,
  role: labels["prefect.resource.role"] ?? null,
  labels: nestedLabels(labels),
});

function eventValue(event: ReceivedEvent): Values {
  const related = event.related.map(resourceValue);
  const byRole = Object.groupBy(related, ({ role }) => String(role));
  return {
    ...event,
    resource: resourceValue(event.resource),
    related,
    involved_resources: [resourceValue(event.resource), ...related],
    resource_in_role: Object.fromEntries(Object.entries(byRole).map(([role, list]) => [role, list?.[0]])),
    resources_in_role: byRole,
  };
}

/** Labels by full name, and nested by the parts of the name: `labels.prefect.resource.name`. */
function nestedLabels(labels: Labels): Values {
  const tree: Values = { ...labels };
  for (const [label, value] of Object.entries(labels)) {
    const parts = label.split(".");
    let place: Values = tree;
    for (const part of parts.slice(0, -1)) {
      const inner: unknown = Object.hasOwn(place, part) ? place[part] : undefined;
      const next: Values = typeof inner === "object" && inner !== null ? { ...inner } : {};
      place[part] = next;
      place = next;
    }
    const last = parts.at(-1) ?? label;
    if (typeof place[last] !== "object") place[last] = value;
  }
  return tree;
}

async function variablesOf({ variables }: Nouns): Promise<Values> {
  const all = await variables.filter({ sort: "NAME_ASC", limit: 200, offset: 0 });
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

const pages: Record<string, (id: string, value: ReadonlyMap<unknown, unknown>) => string> = {
  "flow-run": (id) => `runs/${id}`,
  "task-run": (id, value) => {
    const flowRunId = textIn(value.get("flow_run_id"));
    return flowRunId === undefined ? "" : `runs/${flowRunId}/tasks/${id}`;
  },
  flow: (id) => `flows/${id}`,
  deployment: (id) => `deployments/${id}`,
  "failure-group": (id) => `errors/${id}`,
  "work-pool": () => "capacity",
  "work-queue": () => "capacity",
  "concurrency-limit": () => "capacity",
};

/** The filters of Prefect's templates; links lead to the dashboard at `site`. */
export function templateFunctions(site: string): Record<string, TemplateFunction> {
  const urlOf: TemplateFunction = (value) => {
    if (!(value instanceof Map)) return null;
    const [, kind = "", id = ""] =
      /^(?:prefect|praetor)\.([a-z-]+)\.(.+)$/.exec(textIn(value.get(key)) ?? "") ?? [];
    const page = pages[kind]?.(encodeURIComponent(id), value);
    return page ? new URL(page, site.endsWith("/") ? site : `${site}/`).href : null;
  };
  return {
    ui_url: urlOf,
    // Links of events lead to the page of their resource.
    ui_resource_events_url: urlOf,
    flow_run_id: (value) =>
      typeof value === "string" ? (/\b(?:flow-run|runs)\/([0-9a-f-]{36})\b/.exec(value)?.[1] ?? null) : null,
  };
}

/** The text of an interpreter value. */
function textIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("value" in value)) return undefined;
  return typeof value.value === "string" ? value.value : undefined;
}
