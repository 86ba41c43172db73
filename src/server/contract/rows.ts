import type { World } from "../../testing/world.ts";

/** Made through the contract's own paths, so that it does not matter how our routes are called. */
export interface Answer {
  status: number;
  body: unknown;
  /** Of the body, as it came. */
  text: string;
  type: string;
}
type Params = Record<string, string>;

export async function ask(world: World, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  return read(await world.fetch(new Request(`http://praetor.test/api${path}`, { method, ...init })));
}

export async function read(response: Response): Promise<Answer> {
  const [text, type] = [await response.text(), response.headers.get("content-type") ?? ""];
  return {
    status: response.status,
    body: type.includes("json") && text ? JSON.parse(text) : text,
    text,
    type,
  };
}

let made = 0;
/** Unique. */
export const fresh = (prefix: string): string => `${prefix}-${++made}`;

export type Rows = ReturnType<typeof rowsOf>;
/** Rows of every noun, created for each use, which may destroy them. */
export function rowsOf(world: World) {
  async function make(path: string, body: unknown, method = "POST"): Promise<Params> {
    const answer = await ask(world, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} → ${answer.status} ${answer.text}`);
    return Object(answer.body);
  }
  const flow = () => make("/flows/", { name: fresh("flow"), tags: ["x"] });
  const flowRun = async (more: object = {}) =>
    make("/flow_runs/", { flow_id: (await flow()).id, parameters: { a: 1 }, ...more });
  const pausedRun = () => flowRun({ state: { type: "PAUSED" } });
  const taskRun = (more: object = {}) =>
    make("/task_runs/", { task_key: "load", dynamic_key: fresh("key"), ...more });
  const pool = () => make("/work_pools/", { name: fresh("pool") });
  const poolQueue = async () => {
    const { name } = await pool();
    const queue = await make(`/work_pools/${name}/queues`, { name: fresh("queue") });
    return { work_pool_name: name ?? "", name: queue.name ?? "", id: queue.id ?? "" };
  };
  const worker = async () => {
    const [work_pool_name = "", name] = [(await pool()).name, fresh("worker")];
    await make(`/work_pools/${work_pool_name}/workers/heartbeat`, { name });
    return { work_pool_name, name };
  };
  const deployment = async () =>
    make("/deployments/", { name: fresh("deployment"), flow_id: (await flow()).id, concurrency_limit: 2 });
  const schedule = async () => {
    const { id = "" } = await deployment();
    const body = [{ schedule: { cron: "0 9 * * *" }, slug: "daily" }];
    const [first] = Object(await make(`/deployments/${id}/schedules`, body));
    return { id, schedule_id: String(first.id) };
  };
  const limit = () => make("/v2/concurrency_limits/", { name: fresh("limit"), limit: 20 });
  const tagLimit = () => make("/concurrency_limits/", { tag: fresh("tag"), concurrency_limit: 20 });
  const lease = async () => {
    const body = { names: [(await limit()).name], slots: 1, mode: "concurrency" };
    return make("/v2/concurrency_limits/increment-with-lease", body);
  };
  const variable = () => make("/variables/", { name: fresh("variable"), value: [1] });
  const artifact = () => make("/artifacts/", { key: fresh("key"), type: "progress", data: 5 });
  const input = async () => {
    const [{ id = "" }, key] = [await flowRun(), fresh("input")];
    await make(`/flow_runs/${id}/input`, { key, value: '"v"' });
    return { id, key };
  };
  const blockType = () => make("/block_types/", { name: fresh("Block"), slug: fresh("block") });
  const blockSchema = async (more: object = {}) => {
    const fields = { title: fresh("Fields"), type: "object", properties: { url: { type: "string" } } };
    const capabilities = ["read-path", "write-path"];
    return make("/block_schemas/", { block_type_id: (await blockType()).id, fields, capabilities, ...more });
  };
  const blockDocument = async () => {
    const schema = await blockSchema();
    const ids = { block_schema_id: schema.id, block_type_id: schema.block_type_id };
    const document = await make("/block_documents/", { name: fresh("document"), data: { url: "x" }, ...ids });
    const { slug = "" } = Object(document.block_type);
    return { ...document, id: document.id ?? "", block_document_name: document.name ?? "", slug };
  };
  const automation = () => {
    const trigger = {
      type: "event",
      posture: "Reactive",
      expect: ["never.happens"],
      threshold: 1,
      within: 0,
    };
    return make("/automations/", { name: fresh("automation"), trigger, actions: [{ type: "do-nothing" }] });
  };
  const savedSearch = () => make("/saved_searches/", { name: fresh("search") }, "PUT");
  const nouns = { flow, flowRun, pausedRun, taskRun, pool, poolQueue, worker, deployment, schedule, limit };
  const others = { tagLimit, lease, variable, artifact, input, automation, savedSearch };
  return { make, ...nouns, ...others, blockType, blockSchema, blockDocument };
}
