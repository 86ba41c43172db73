import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { SocketClient } from "../testing/socket-client.ts";
import { createWorld } from "../testing/world.ts";

const folder = resolve(import.meta.dirname, "../../../shared/contract/traces");
const isThere = existsSync(folder);
const title = isThere
  ? "recorded traffic of the Python SDK gets the recorded answers"
  : "recorded traffic (skipped: ../shared/contract/traces is not beside the project)";

interface Exchange {
  t?: number;
  id?: number;
  k: string;
  m: string;
  u: string;
  h?: Record<string, string>;
  q?: unknown;
  s: number;
  r?: unknown;
  dir?: string;
  op?: string;
  v?: unknown;
}
const read = (name: string): Exchange[] =>
  readFileSync(resolve(folder, name), "utf8")
    .trim()
    .split("\n")
    // The flow is named "work" where it is created and "srv" where it is read: renaming a path renamed it too.
    .map((line) => JSON.parse(line.replace("/deployments/name/srv/", "/deployments/name/work/")));

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const isUuid = (value: unknown): value is string =>
  typeof value === "string" && value.replace(uuid, "") === "" && value !== "";

/** Maps recorded ids to those of our server. */
class Ids {
  readonly #ours = new Map<string, string>();

  translate<T>(value: T): T {
    const text = JSON.stringify(value);
    return text === undefined ? value : JSON.parse(text.replaceAll(uuid, (id) => this.#ours.get(id) ?? id));
  }

  /** Maps the ids of two answers. */
  learn(recorded: unknown, ours: unknown): void {
    if (isUuid(recorded) && isUuid(ours) && !this.#ours.has(recorded)) this.#ours.set(recorded, ours);
    if (typeof recorded !== "object" || recorded === null || typeof ours !== "object" || ours === null)
      return;
    const other = new Map(Object.entries(ours));
    for (const [key, value] of Object.entries(recorded)) this.learn(value, other.get(key));
  }
}

/** The shape of an answer: its keys, the types of its values, and the values that clients depend on. */
function shape(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0], key)];
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner, name)]));
  }
  const isTelling = [
    "type",
    "state_type",
    "state_name",
    "status",
    "detail",
    "delay_seconds",
    "run_count",
  ].includes(key);
  return isTelling || value === null ? value : typeof value;
}

/** Places where our shape lacks recorded parts. Null is a value of any type. */
function differences(recorded: unknown, ours: unknown, at = "$"): string[] {
  if (recorded === null || ours === null || recorded === undefined) return [];
  if (typeof recorded !== "object")
    return Object.is(recorded, ours)
      ? []
      : [`${at}: ${recorded} was recorded, ours is ${JSON.stringify(ours)}`];
  if (typeof ours !== "object" || ours === undefined)
    return [`${at}: an object was recorded, ours is ${ours}`];
  const other = new Map(Object.entries(ours));
  return Object.entries(recorded).flatMap(([key, value]) =>
    other.has(key) ? differences(value, other.get(key), `${at}.${key}`) : [`${at}.${key} is missing`],
  );
}

/** Types of workers that come with other packages. */
const otherPackages = ["aws", "azure", "docker", "gcp", "kubernetes"].map((name) => `prefect-${name}`);
const differing = ["parameters", "labels", "job_variables", "created_by", "work_pool_id", "context"];
const free = new Set([...differing, ...otherPackages]);
const withoutFree = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, inner) => (free.has(key) ? undefined : inner));

/** The sockets for reported and for background task runs. */
const isFollowed = new Set(["/api/events/in", "/api/task_runs/subscriptions/scheduled"]);

/** The worker used a channel that our server lacks; without it, it sends heartbeats. */
const isWorkerChannel = ({ u }: Exchange) => u === "/api/work_pools/pp/workers/connect";
async function sendHeartbeat(url: string): Promise<void> {
  const body = JSON.stringify({ name: "w1" });
  const { status } = await fetch(`${url}/api/work_pools/pp/workers/heartbeat`, { method: "POST", body });
  expect(status).toBe(204);
}

async function replay(exchanges: readonly Exchange[]) {
  let clock = exchanges[0]?.t ?? 0;
  const world = await createWorld({ now: () => clock });
  const server = await world.listen();
  const ids = new Ids();
  const ears = new Map<number, SocketClient>();
  const found: string[] = [];
  let compared = 0;
  for (const recorded of exchanges) {
    clock = Math.max(clock, recorded.t ?? 0);
    if (recorded.k === "ws-open" && isFollowed.has(recorded.u)) {
      const ear = new SocketClient(`${server.url.replace("http", "ws")}${recorded.u}`);
      ears.set(recorded.id ?? 0, ear);
      await ear.opened;
    }
    if (recorded.k === "ws-open" && isWorkerChannel(recorded)) await sendHeartbeat(server.url);
    const ear = ears.get(recorded.id ?? -1);
    if (recorded.k === "ws" && ear) found.push(...(await speak(ear, recorded, ids)));
    if (recorded.k !== "http") continue;
    // Busy or behind for a moment: ours is neither.
    const isMoment = recorded.s === 503 || (recorded.s === 404 && recorded.u.startsWith("/api/task_runs/"));
    if (isMoment) continue;
    const { m: method, u: path, q: body, h: headers = {} } = ids.translate(recorded);
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers,
      ...(method === "GET" || method === "DELETE"
        ? {}
        : { body: body === undefined ? "" : JSON.stringify(body) }),
    });
    const text = await response.text();
    const ours = text === "" ? null : JSON.parse(text);
    ids.learn(recorded.r, ours);
    compared += 1;
    const what = `${method} ${path}`;
    if (response.status !== recorded.s)
      found.push(`${what}: ${recorded.s} was recorded, ours is ${response.status} ${text.slice(0, 200)}`);
    const missing = differences(shape(withoutFree(recorded.r)), shape(withoutFree(ours)));
    found.push(...missing.map((difference) => `${what} ${difference}`));
  }
  for (const { socket } of ears.values()) socket.close();
  return { world, ids, found, compared };
}

/** Replays the client's requests and receives its task runs; returns the differences of our answers. */
async function speak(ear: SocketClient, { dir, op, u, v }: Exchange, ids: Ids): Promise<string[]> {
  const isTaskRun = typeof v === "object" && v !== null && "task_key" in v;
  if (dir === "s>c" && isTaskRun) {
    const ours = await ear.receive();
    const missing = differences(shape(withoutFree(v)), shape(withoutFree(ours)));
    return [...missing, ...differences(ids.translate("id" in v ? v.id : null), ours.id)].map(
      (difference) => `${u} ${difference}`,
    );
  }
  if (dir !== "c>s") return [];
  if (op === "ping") await ear.pong();
  if (op !== "text") return [];
  const isAuth = typeof v === "object" && v !== null && "token" in v;
  ear.say(ids.translate(v));
  if (isAuth) expect(await ear.receive()).toMatchObject({ type: "auth_success" });
  else await ear.pong();
  return [];
}

describe.skipIf(!isThere)(title, () => {
  test("a script with tasks, retries, a subflow and logs", async () => {
    const exchanges = read("script.jsonl");
    const { world, ids, found, compared } = await replay(exchanges);
    try {
      expect(found).toEqual([]);
      expect(compared).toBeGreaterThan(30);
      await seeTheTasks(world, ids, exchanges);
    } finally {
      await world.close();
    }
  });

  /** The pool, the flow, the deployment and the worker that recordings share; they begin in one of them. */
  const made = () =>
    read("worker.jsonl").filter(
      (exchange) =>
        (exchange.m === "POST" && /^\/api\/(work_pools|flows|deployments)\/$/.test(exchange.u)) ||
        (exchange.k === "ws-open" && isWorkerChannel(exchange)) ||
        (exchange.u?.endsWith("/pp/get_scheduled_flow_runs") && JSON.stringify(exchange.r) === "[]"),
    );

  test.each([
    ["a served deployment and a run of it", "serve.jsonl", () => [], 20],
    ["a deployment to a pool and a worker that runs it", "worker.jsonl", () => [], 40],
    ["pauses, a suspension and a resumption with input", "pause.jsonl", made, 100],
    ["cancellations", "cancel.jsonl", made, 100],
    ["a task run in the background", "background-task.jsonl", () => [], 5],
  ])("%s", async (_, name, before, least) => {
    const { world, found, compared } = await replay([...before(), ...read(name)]);
    await world.close();
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(least);
  });
});

/** Every reported task run exists, in its last state, with its whole history. */
async function seeTheTasks(
  world: Awaited<ReturnType<typeof createWorld>>,
  ids: Ids,
  exchanges: readonly Exchange[],
) {
  const reported = new Map<string, string[]>();
  for (const { k, dir, op, v } of exchanges) {
    if (k !== "ws" || dir !== "c>s" || op !== "text") continue;
    const event = v as { event?: string; resource?: Record<string, string> };
    const [, name] = /^prefect\.task-run\.(\w+)$/.exec(event.event ?? "") ?? [];
    const id = event.resource?.["prefect.resource.id"]?.replace("prefect.task-run.", "");
    if (name && id) reported.set(id, [...(reported.get(id) ?? []), name]);
  }
  expect(reported.size).toBeGreaterThan(5);
  for (const [id, names] of reported) {
    const states = await world.store.taskRunStates.list(ids.translate(id));
    expect(states.map((state) => state.name).sort()).toEqual([...names].sort());
    const run = await world.store.taskRuns.read(ids.translate(id));
    expect(run?.state_name).toBe(states.at(-1)?.name);
  }
}
