// CPU and rate of task-run transitions through /api/events/in of a real server process, on either database.
//
//   node bench/ingest.ts [--database sqlite|postgres] [--tasks 20000] [--rounds 3] [--sockets 4] [--automations 0]
//
// Each task run reports three states, in lists of 250 as our SDK sends them. PostgreSQL is the one of the tests, but with
// default settings: it waits for the disk. One round warms up; the best of the others is reported. Prints JSON.
import { parseArgs } from "node:util";
import { createClient } from "../src/client/client.ts";
import { automations } from "../src/schema/automations.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { taskRuns } from "../src/schema/task-runs.ts";
import { report, startServerOn } from "./harness.ts";
import { sendAll, taskRunFrames } from "./task-run-events.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    tasks: { type: "string", default: "20000" },
    rounds: { type: "string", default: "3" },
    sockets: { type: "string", default: "4" },
    automations: { type: "string", default: "0" },
  },
});
const sockets = Number(values.sockets);
const transitions = 3 * Number(values.tasks);

const { postgres, server } = await startServerOn(values.database);
const client = createClient({ baseUrl: `${server.url}/api`, send: fetch });
const flow = await client.call(flows.create, { name: "bench" });

for (let made = 0; made < Number(values.automations); made += 1) {
  // Triggers for flow runs that fail, and task runs that crash: none of which happens.
  const expect = made % 2 === 0 ? ["prefect.flow-run.Failed"] : ["prefect.task-run.Crashed"];
  const trigger = { type: "event", posture: "Reactive", expect, for_each: ["prefect.resource.id"] };
  await client.call(automations.create, { name: `a-${made}`, trigger, actions: [{ type: "do-nothing" }] });
}

const rounds = [];
for (let round = 0; round <= Number(values.rounds); round += 1) rounds.push(await measure());
const stored = await client.call(taskRuns.count, { task_runs: { state: { type: { any_: ["COMPLETED"] } } } });
const sent = rounds.length * Number(values.tasks);
if (stored !== sent) throw new Error(`expected ${sent} completed task runs, got ${stored}`);
const best = rounds.slice(1).sort((a, b) => a.serverMs - b.serverMs)[0];
await server.stop();
await postgres?.stop();
report(
  `ingest on ${values.database}`,
  { transitions, ...best },
  { serverMs: postgres ? 0.25 : 0.15, perSecond: 10_000 },
);
process.exit(0);

/** CPU in ms per transition: of the server, and of all processes of PostgreSQL. */
async function measure() {
  const frames = await Promise.all(Array.from({ length: sockets }, () => framesOfRun()));
  const cpu = [server.cpu(), postgres?.cpu() ?? 0] as const;
  const began = performance.now();
  await Promise.all(frames.map((list) => sendAll(server.url, list)));
  const seconds = (performance.now() - began) / 1000;
  const perTransition = (ms: number) => Math.round((ms / transitions) * 10_000) / 10_000;
  return {
    serverMs: perTransition(server.cpu() - cpu[0]),
    ...(postgres ? { postgresMs: perTransition(postgres.cpu() - cpu[1]) } : {}),
    perSecond: Math.round(transitions / seconds),
  };
}

async function framesOfRun(): Promise<string[]> {
  const run = await client.call(flowRuns.create, { flow_id: flow.id, state: { type: "RUNNING" } });
  return taskRunFrames(Number(values.tasks) / sockets, run.id);
}
