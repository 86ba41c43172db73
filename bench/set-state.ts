// CPU and time of POST /flow_runs/{id}/set_state with all rules, of a real server process, on either database.
//
//   node bench/set-state.ts [--database sqlite|postgres] [--runs 4000] [--connections 32] [--seconds 30] [--rate 200]
//
// Every run goes from Scheduled to Pending, Running and Completed; half of them belong to a deployment with a
// concurrency limit, all have two tags, and three automations are on. First at the maximum rate of all
// connections, then at a steady rate, where each latency is measured from the intended send time. `health` is the
// same for a request that does nothing. Prints JSON.
import { parseArgs } from "node:util";
import { quantile, report, startServerOn } from "./harness.ts";
import { inLanes, requestsTo } from "./requests.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    runs: { type: "string", default: "4000" },
    connections: { type: "string", default: "32" },
    seconds: { type: "string", default: "30" },
    rate: { type: "string", default: "200" },
  },
});
const connections = Number(values.connections);
const { postgres, server } = await startServerOn(values.database);
const { ask, post } = requestsTo(server.url, connections);

const flow = await post("/flows/", { name: "bench" });
const deployment = await post("/deployments/", {
  name: "limited",
  flow_id: flow.id,
  concurrency_limit: 100_000,
});
for (const expect of ["prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.task-run.Failed"]) {
  const trigger = { type: "event", posture: "Reactive", expect: [expect], for_each: ["prefect.resource.id"] };
  await post("/automations/", { name: expect, trigger, actions: [{ type: "do-nothing" }] });
}

const path = ["PENDING", "RUNNING", "COMPLETED"];
const rate = Number(values.rate);
/** Runs that go through their states concurrently, with no two requests for the same run. */
const window = 100;

// A server that has just started takes a sixth more, as its code is still being compiled.
await asFastAsPossible(await makeRuns(4000));
const runs = await makeRuns(Number(values.runs));
const health = await cpuOfEach(20_000, () => inLanes(connections, 20_000, () => ask("GET", "/health")));
const fast = await cpuOfEach(runs.length * path.length, () => asFastAsPossible(runs));
const steady = await steadily(await makeRuns(Math.ceil((Number(values.seconds) * rate) / path.length)));
await server.stop();
await postgres?.stop();
report(
  `set_state on ${values.database}`,
  { health, fast: { connections, ...fast }, steady },
  { fast: { serverMs: 0.25 }, steady: { p99Ms: 50 } },
);
process.exit(0);

async function makeRuns(count: number): Promise<string[]> {
  const made: string[] = [];
  await inLanes(connections, count, async (at) => {
    const about = { tags: ["bench", `shard-${at % 10}`], state: { type: "SCHEDULED" } };
    const ofDeployment = `/deployments/${deployment.id}/create_flow_run`;
    const run = at % 2 ? post("/flow_runs/", { ...about, flow_id: flow.id }) : post(ofDeployment, about);
    made.push((await run).id);
  });
  return made;
}

async function move(id: string, type: string): Promise<void> {
  const state = { type, message: null, data: null, state_details: {} };
  const headers = { "user-agent": "prefect/3.8.8 (API 0.8.4)" };
  const { status } = await post(`/flow_runs/${id}/set_state`, { state, force: false }, headers);
  if (status !== "ACCEPT") throw new Error(`expected ACCEPT for ${type}, got ${status}`);
}

async function asFastAsPossible(ids: readonly string[]): Promise<void> {
  await inLanes(connections, ids.length, async (at) => {
    for (const type of path) await move(ids[at] ?? "", type);
  });
}

async function steadily(ids: readonly string[]) {
  const order = Array.from({ length: Math.ceil(ids.length / window) }, (_, at) =>
    ids.slice(at * window, (at + 1) * window),
  ).flatMap((some) => path.flatMap((type) => some.map((id) => ({ id, type }))));
  const times: number[] = [];
  const began = performance.now();
  const cpu = await cpuOfEach(order.length, () =>
    Promise.all(
      order.map(async ({ id, type }, at) => {
        const due = began + (at * 1000) / rate;
        await new Promise((turn) => setTimeout(turn, Math.max(0, due - performance.now())));
        await move(id, type);
        times.push(performance.now() - due);
      }),
    ),
  );
  const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => Number(quantile(times, share).toFixed(1)));
  return { ...cpu, p50Ms, p99Ms, maxMs };
}

/** In ms: of the server, and of all processes of PostgreSQL. */
async function cpuOfEach(count: number, work: () => Promise<unknown>) {
  const cpu = [server.cpu(), postgres?.cpu() ?? 0] as const;
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const each = (ms: number) => Number((ms / count).toFixed(3));
  return {
    serverMs: each(server.cpu() - cpu[0]),
    ...(postgres ? { postgresMs: each(postgres.cpu() - cpu[1]) } : {}),
    perSecond: Math.round(count / seconds),
  };
}
