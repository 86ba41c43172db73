import type { Operation } from "./document.ts";
import { fresh, type Rows } from "./rows.ts";

// What operations name in their path and their query: something that is there.

type Params = Record<string, string>;
type Find = (rows: Rows) => Promise<Params> | Params;

/** By the longest beginning of a path. */
const targets: Record<string, Find> = {
  "/flows/{id}": (rows) => rows.flow(),
  "/flows/name/{name}": (rows) => rows.flow(),
  "/flow_runs/{id}": (rows) => rows.flowRun(),
  "/flow_runs/{id}/resume": (rows) => rows.pausedRun(),
  "/flow_runs/{id}/input/{key}": (rows) => rows.input(),
  "/task_runs/{id}": (rows) => rows.taskRun(),
  "/flow_run_states/{id}": async (rows) => ({ id: (await rows.flowRun()).state_id ?? "" }),
  "/task_run_states/{id}": async (rows) => ({ id: (await rows.taskRun()).state_id ?? "" }),
  "/deployments/{id}": (rows) => rows.deployment(),
  "/deployments/{id}/schedules/{schedule_id}": (rows) => rows.schedule(),
  "/deployments/name/{flow_name}/{deployment_name}": async (rows) => {
    const flow = await rows.flow();
    const { name = "" } = await rows.make("/deployments/", { name: fresh("deployment"), flow_id: flow.id });
    return { flow_name: flow.name ?? "", deployment_name: name };
  },
  "/saved_searches/{id}": (rows) => rows.savedSearch(),
  "/concurrency_limits/{id}": (rows) => rows.tagLimit(),
  "/concurrency_limits/tag/{tag}": (rows) => rows.tagLimit(),
  "/v2/concurrency_limits/{id_or_name}": async (rows) => ({ id_or_name: (await rows.limit()).name ?? "" }),
  "/v2/concurrency_limits/leases/{lease_id}": (rows) => rows.lease(),
  "/block_types/{id}": (rows) => rows.blockType(),
  "/block_types/slug/{slug}": (rows) => rows.blockDocument(),
  "/block_documents/{id}": (rows) => rows.blockDocument(),
  "/block_schemas/{id}": (rows) => rows.blockSchema(),
  "/block_schemas/checksum/{checksum}": (rows) => rows.blockSchema(),
  "/work_pools/{name}": (rows) => rows.pool(),
  "/work_pools/{work_pool_name}": (rows) => rows.poolQueue(),
  "/work_pools/{work_pool_name}/workers": (rows) => rows.worker(),
  "/work_queues/{id}": (rows) => rows.poolQueue(),
  "/work_queues/name/{name}": (rows) => rows.make("/work_queues/", { name: fresh("lonely") }),
  "/artifacts/{id}": (rows) => rows.artifact(),
  "/artifacts/{key}/latest": (rows) => rows.artifact(),
  "/collections/views/{view}": () => ({ view: "aggregate-worker-metadata" }),
  "/variables/{id}": (rows) => rows.variable(),
  "/variables/name/{name}": (rows) => rows.variable(),
  "/events/count-by/{countable}": () => ({ countable: "event" }),
  "/automations/{id}": (rows) => rows.automation(),
  "/automations/related-to/{resource_id}": () => ({ resource_id: "prefect.deployment.x" }),
  "/automations/owned-by/{resource_id}": () => ({ resource_id: "prefect.deployment.x" }),
};
const byLength = Object.entries(targets).toSorted(([one], [other]) => other.length - one.length);

const queries: Record<string, Find> = {
  flow_run_id: async (rows) => ({ flow_run_id: (await rows.flowRun()).id ?? "" }),
  task_run_id: async (rows) => ({ task_run_id: (await rows.taskRun()).id ?? "" }),
  client: () => ({ client: "me" }),
  "page-token": async (rows) => {
    const event = {
      occurred: new Date().toISOString(),
      event: "a",
      resource: { "prefect.resource.id": "a.b" },
    };
    const events = [1, 2].map(() => ({ ...event, id: crypto.randomUUID() }));
    await rows.make("/events", events);
    const { next_page = "" } = await rows.make("/events/filter", { limit: 1 });
    return { "page-token": new URL(next_page).searchParams.get("page-token") ?? "" };
  },
};

export interface Target {
  path: Params;
  query: Params;
}

export async function targetOf(operation: Operation, rows: Rows): Promise<Target> {
  const keys = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  const find = byLength.find(([start]) => operation.path.startsWith(start))?.[1];
  if (keys.length > 0 && !find) throw new Error(`it is not known what ${operation.id} could name`);
  const row: Params = (await find?.(rows)) ?? {};
  const path = Object.fromEntries(keys.map((key) => [key, String(row[key])]));
  const needed = operation.query.filter(({ isRequired }) => isRequired);
  const query = await Promise.all(needed.map(({ name }) => queries[name]?.(rows) ?? {}));
  return { path, query: Object.assign({}, ...query) };
}

export function addressOf(operation: Operation, { path, query }: Target): string {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(path[key] ?? ""),
  );
  const search = new URLSearchParams(query).toString();
  return search ? `${filled}?${search}` : filled;
}
