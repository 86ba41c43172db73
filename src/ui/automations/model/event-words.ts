// Names of events in words: `prefect.flow-run.Failed` is "fails" of "a flow run".

export const resourceKey = "prefect.resource.id";

const kinds: Readonly<Record<string, string>> = {
  "flow-run": "flow run",
  "task-run": "task run",
  flow: "flow",
  deployment: "deployment",
  "work-pool": "work pool",
  "work-queue": "work queue",
  worker: "worker",
  automation: "automation",
  variable: "variable",
  "block-document": "block",
  "block-type": "block type",
  "concurrency-limit": "concurrency limit",
  "artifact-collection": "artifact",
};

const runStates: Readonly<Record<string, string>> = {
  Failed: "fails",
  Crashed: "crashes",
  Completed: "completes",
  Cancelled: "is cancelled",
  Running: "starts",
  Late: "is late",
  Scheduled: "is scheduled",
  Paused: "is paused",
  Suspended: "is suspended",
};

const verbs: Readonly<Record<string, string>> = {
  created: "is created",
  updated: "is changed",
  deleted: "is deleted",
  ready: "becomes ready",
  "not-ready": "becomes not ready",
  paused: "is paused",
  triggered: "fires",
  "action.executed": "performs an action",
  "action.failed": "fails to perform an action",
  heartbeat: "sends a heartbeat",
};

const standings: Readonly<Record<string, string>> = {
  ready: "ready",
  "not-ready": "not ready",
  paused: "paused",
};

/** The kind and what happens to it, of a name such as `prefect.work-pool.not-ready`. */
export function partsOf(name: string): { kind: string; what: string } | undefined {
  const [, kind = "", what = ""] = /^prefect\.([a-z-]+)\.(.+)$/.exec(name) ?? [];
  return kind in kinds ? { kind, what } : undefined;
}

/** The kind that all names are about; undefined where they are about several, or about none that is known. */
export function kindOf(names: readonly string[]): string | undefined {
  const found = new Set(names.map((name) => partsOf(name)?.kind));
  const [kind] = found;
  return found.size === 1 ? kind : undefined;
}

export const kindName = (kind: string): string => kinds[kind] ?? kind;
const isRun = (kind: string) => kind === "flow-run" || kind === "task-run";

function verbOf(name: string): string {
  const { kind = "", what = name } = partsOf(name) ?? {};
  if (what === "*") return isRun(kind) ? "changes state" : "has any event";
  return (isRun(kind) ? runStates[what] : undefined) ?? verbs[what] ?? `enters ${what}`;
}

/** `fails or crashes`. */
export const happening = (names: readonly string[]): string => anyOf([...new Set(names.map(verbOf))]);

/** What something stays in: `Running`, `not ready`. */
export const standing = (names: readonly string[]): string =>
  anyOf(names.map((name) => standings[partsOf(name)?.what ?? ""] ?? partsOf(name)?.what ?? name));

export const anyOf = (list: readonly string[]): string =>
  list.length < 2 ? (list[0] ?? "") : `${list.slice(0, -1).join(", ")} or ${list.at(-1)}`;

/** `an automation`, `a flow run`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

/** `Completed` of `prefect.flow-run.Completed`; the whole name of an event of another kind. */
export const shortName = (name: string): string => partsOf(name)?.what ?? name;
