import { limitPath } from "./capacity-path.ts";
import {
  artifactPath,
  automationPath,
  blockPath,
  deploymentPath,
  eventPath,
  flowPath,
  poolPath,
  queuePath,
  variablePath,
} from "./paths.ts";
import { runPath } from "./runs/run-link.tsx";

// What an event is about, and what it is related to: resources, told by their labels.

export type Labels = Readonly<Record<string, string>>;

/** A resource of an event as it is shown. */
export interface Resource {
  id: string;
  /** In words: `Flow run`; undefined for resources of users. */
  kind: string | undefined;
  name: string;
  role: string | undefined;
  /** Of its page, where there is one. */
  path: string | undefined;
}

interface Place {
  /** Without the kind. */
  id: string;
  name: string | undefined;
  /** A resource of the same event, by the beginning of its id. */
  beside: (kind: string) => { id: string; name: string | undefined } | undefined;
}
interface Kind {
  label: string;
  path?: (place: Place) => string | undefined;
}

const named =
  (path: (name: string) => string) =>
  ({ name }: Place) =>
    name === undefined ? undefined : path(name);

const kinds: Readonly<Record<string, Kind>> = {
  flow: { label: "Flow", path: ({ id }) => flowPath(id) },
  "flow-run": { label: "Flow run", path: ({ id }) => runPath({ kind: "flow-run", id }) },
  "task-run": {
    label: "Task run",
    path({ id, beside }) {
      const run = beside("flow-run");
      return run && runPath({ kind: "task-run", id, flowRunId: run.id });
    },
  },
  deployment: { label: "Deployment", path: ({ id }) => deploymentPath(id) },
  "work-pool": { label: "Work pool", path: named(poolPath) },
  "work-queue": {
    label: "Work queue",
    path({ name, beside }) {
      const pool = beside("work-pool")?.name;
      return name === undefined || pool === undefined ? undefined : queuePath(pool, name);
    },
  },
  worker: { label: "Worker" },
  automation: { label: "Automation", path: ({ id }) => automationPath(id) },
  event: { label: "Event", path: ({ id }) => eventPath(id) },
  "artifact-collection": { label: "Artifact", path: named((key) => artifactPath({ key, id: "" })) },
  "concurrency-limit": { label: "Concurrency limit", path: named(limitPath) },
  variable: { label: "Variable", path: named(variablePath) },
  "block-document": { label: "Block", path: ({ id }) => blockPath(id) },
  "block-type": { label: "Block type" },
  tag: { label: "Tag" },
};

const partsOf = (labels: Labels) => {
  const id = labels["prefect.resource.id"] ?? "";
  const [, kind, rest] = /^prefect\.([a-z-]+)\.(.+)$/.exec(id) ?? [];
  return { id, kind, rest: rest ?? id, name: labels["prefect.resource.name"] };
};

/** A resource of an event; `all` are the resources that the event names, as a task run has its page on that of its run. */
export function resourceOf(labels: Labels, all: readonly Labels[]): Resource {
  const { id, kind: word, rest, name } = partsOf(labels);
  const kind = kinds[word ?? ""];
  const beside = (wanted: string) => {
    const found = all.map(partsOf).find((one) => one.kind === wanted);
    return found && { id: found.rest, name: found.name };
  };
  return {
    id,
    kind: kind?.label,
    name: name ?? (kind && isId(rest) ? rest.slice(0, 8) : rest),
    role: labels["prefect.resource.role"],
    path: kind?.path?.({ id: rest, name, beside }),
  };
}

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);
