// Many dashboards connected while runs change: delay until each has each transition, and the server's CPU and memory.
//
//   node bench/dashboards.ts [--dashboards 200] [--rate 500] [--minutes 15] [--database sqlite|postgres]
//
// One in ten transitions is of a flow run, by set_state; the others are states of task runs of twenty flow runs, which
// arrive as events. Every dashboard subscribes to all flows and flow runs, every other one also to the tasks and logs of one
// run, as the pages do; the client is the dashboard's own, in this process. Two more subscribe and read nothing. A
// transition is measured from its acknowledgement until the dashboard has that state of the run or a later one.
// HTTP requests of pages are not included. At the end each must have the server's state. Memory has to be
// flat over the last two thirds: before that the database caches fill, 64 MB for each of two connections. Prints
// JSON.
import { parseArgs } from "node:util";
import WebSocket from "ws";
import { connectLive } from "../src/client/live.ts";
import { livePath, type Scope } from "../src/schema/live.ts";
import { quantile, report, startServerOn } from "./harness.ts";
import { requestsTo } from "./requests.ts";
import { taskRunEvents } from "./task-run-events.ts";

const { values } = parseArgs({
  options: {
    dashboards: { type: "string", default: "200" },
    rate: { type: "string", default: "500" },
    minutes: { type: "string", default: "15" },
    database: { type: "string", default: "sqlite" },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.minutes) * 60;
const tickMs = 100;
const { postgres, server } = await startServerOn(values.database);
const { post } = requestsTo(server.url, 32);
const flow = await post("/flows/", { name: "bench" });
const make = (type: string) =>
  post("/flow_runs/", { flow_id: flow.id, name: `run-${type}`, state: { type } });
const parents = await Promise.all(Array.from({ length: 20 }, () => make("RUNNING")));
const movers = await Promise.all(Array.from({ length: 100 }, () => make("SCHEDULED")));

/** The states of a run, in order, and when each was acknowledged. */
class Past {
  readonly states = new Map<string, number>();
  readonly acknowledged: number[] = [];
  stateSent(stateId: string): void {
    this.states.set(stateId, this.acknowledged.length);
    this.acknowledged.push(Number.POSITIVE_INFINITY);
  }
  answered(stateId: string): void {
    this.acknowledged[this.states.get(stateId) ?? 0] = performance.now();
  }
}
const pasts = new Map<string, Past>();
function pastOf(runId: string): Past {
  const past = pasts.get(runId) ?? new Past();
  pasts.set(runId, past);
  return past;
}

const lags: number[] = [];
let [frames, resets] = [0, 0];

class Dashboard {
  /** By run: the index of its last known state, and its id. */
  readonly known = new Map<string, { place: number; state: string }>();
  readonly run: string | undefined;

  constructor(run: string | undefined) {
    this.run = run;
    const nouns = ["task-runs", "logs", "errors"] as const;
    const own: Scope[] = run === undefined ? [] : nouns.map((noun) => ({ noun, flow_run_id: run }));
    const live = connectLive({
      baseUrl: `${server.url}/api`,
      onChanges: (changes) => {
        frames += 1;
        for (const { noun, id, row } of changes)
          if (noun !== "flows" && row) this.stateReceived(id, String(row.state_id));
      },
      onReset: () => {
        resets += 1;
      },
    });
    live.subscribe([{ noun: "flows" }, { noun: "flow-runs" }, ...own]);
  }

  stateReceived(runId: string, state: string): void {
    const past = pasts.get(runId);
    const before = this.known.get(runId)?.place ?? -1;
    // Unknown while the response is in progress.
    const place = past?.states.get(state) ?? before;
    this.known.set(runId, { place, state });
    // A state received before its acknowledgement has no delay.
    const now = performance.now();
    for (let at = before + 1; at <= place; at += 1)
      lags.push(Math.max(0, now - (past?.acknowledged[at] ?? now)));
  }
}

const dashboards = Array.from(
  { length: Number(values.dashboards) },
  (_, at) => new Dashboard(at % 2 ? parents[(at >> 1) % parents.length]?.id : undefined),
);
const idle = await Promise.all([listenIdly(), listenIdly()]);
const events = await openEvents();
await new Promise((turn) => setTimeout(turn, 2000));

const memory: number[] = [];
const sampler = setInterval(() => memory.push(server.memory()), 1000);
const cpu = server.cpu();
const began = performance.now();
const sent = await change();
const took = (performance.now() - began) / 1000;
const serverCpu = (server.cpu() - cpu) / 1000 / took;
clearInterval(sampler);
await new Promise((turn) => setTimeout(turn, 2000));
const behind = await countBehind();
for (const socket of idle) socket.terminate();
await server.stop();
await postgres?.stop();

const sampled = memory.slice(Math.floor(memory.length / 3));
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
report(
  `dashboards on ${values.database}`,
  {
    dashboards: dashboards.length,
    transitions: sent,
    perSecond: Math.round(sent / took),
    heard: lags.length,
    framesPerSecond: Math.round(frames / took),
    resets,
    lagMs: {
      p50: round(quantile(lags, 0.5), 0),
      p99: round(quantile(lags, 0.99), 0),
      max: round(maxOf(lags), 0),
    },
    dashboardsBehindAtTheEnd: behind,
    serverCores: round(serverCpu, 2),
    memoryMb: {
      first: round(sampled[0] ?? 0),
      last: round(sampled.at(-1) ?? 0),
      most: round(maxOf(sampled)),
      eachMinute: memory.filter((_, second) => second % 60 === 59).map((megabytes) => round(megabytes)),
    },
    memoryMbPerMinute: round(slopeOf(sampled) * 60, 2),
  },
  { lagMs: { max: 2000 }, dashboardsBehindAtTheEnd: 0, memoryMbPerMinute: 1 },
);
process.exit(behind === 0 ? 0 : 1);

/** A dashboard whose computer sleeps: the server must neither wait for it nor buffer without bound. */
function listenIdly(): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api${livePath}`, ["prefect"]);
  return new Promise((done) => {
    socket.on("open", () => socket.send(JSON.stringify({ type: "auth", token: null })));
    socket.once("message", () => {
      const scopes = [{ noun: "flow-runs" }, { noun: "task-runs" }];
      socket.send(JSON.stringify({ type: "subscribe", scopes, since: null }), () => {
        socket.pause();
        done(socket);
      });
    });
  });
}

interface Events {
  /** Resolves once they are committed. */
  send(events: unknown[]): Promise<void>;
}

async function openEvents(): Promise<Events> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/events/in`, ["prefect"]);
  const waiting: (() => void)[] = [];
  const ready = new Promise<void>((done) => {
    socket.on("message", (data) => {
      if (JSON.parse(String(data)).type === "auth_success") done();
      else waiting.shift()?.();
    });
  });
  socket.on("open", () => socket.send(JSON.stringify({ type: "auth", token: null })));
  await ready;
  let seq = 0;
  return {
    send(list) {
      seq += 1;
      socket.send(JSON.stringify({ type: "events", seq, events: list }));
      return new Promise((done) => waiting.push(done));
    },
  };
}

/** Transitions at the given rate for the given time; returns their number. */
async function change(): Promise<number> {
  const ticks = (seconds * 1000) / tickMs;
  const ofTasks = Math.round((rate * 0.9 * tickMs) / 1000);
  const ofFlows = Math.round((rate * 0.1 * tickMs) / 1000);
  const queue: ReturnType<typeof taskRunEvents> = [];
  const underWay: Promise<unknown>[] = [];
  let [made, transitions] = [0, 0];
  for (let tick = 0; tick < ticks; tick += 1) {
    const due = began + tick * tickMs;
    await new Promise((turn) => setTimeout(turn, Math.max(0, due - performance.now())));
    while (queue.length < ofTasks)
      queue.push(...taskRunEvents(parents[made++ % parents.length]?.id ?? "", made));
    underWay.push(sendTaskEvents(queue.splice(0, ofTasks)));
    for (let at = 0; at < ofFlows; at += 1) {
      const round = Math.floor(transitions / movers.length);
      underWay.push(
        move(movers[transitions++ % movers.length]?.id ?? "", ["PENDING", "RUNNING", "SCHEDULED"][round % 3]),
      );
    }
    if (underWay.length > 200) await Promise.all(underWay.splice(0, 100));
  }
  await Promise.all(underWay);
  return ticks * (ofTasks + ofFlows);
}

async function sendTaskEvents(list: ReturnType<typeof taskRunEvents>): Promise<void> {
  const runs = list.map(({ id, resource }) => ({
    id,
    run: resource["prefect.resource.id"].split(".").at(-1) ?? "",
  }));
  for (const { id, run } of runs) pastOf(run).stateSent(id);
  await events.send(list);
  for (const { id, run } of runs) pastOf(run).answered(id);
}

async function move(runId: string, type: string | undefined): Promise<void> {
  const { status, state } = await post<{ status: string; state: { id: string } }>(
    `/flow_runs/${runId}/set_state`,
    { state: { type } },
  );
  if (status !== "ACCEPT") throw new Error(`expected ACCEPT, got ${status}`);
  const past = pastOf(runId);
  past.stateSent(state.id);
  past.answered(state.id);
  for (const dashboard of dashboards)
    if (dashboard.known.get(runId)?.state === state.id) dashboard.stateReceived(runId, state.id);
}

/** Number of dashboards whose state of some subscribed run differs from the server's. */
async function countBehind(): Promise<number> {
  type Run = { id: string; state_id: string };
  const runs = await post<Run[]>("/flow_runs/filter", { limit: 200 });
  const tasks = new Map<string, Run[]>();
  for (const { id } of parents) {
    const filter = { flow_runs: { id: { any_: [id] } }, sort: "EXPECTED_START_TIME_DESC", limit: 200 };
    tasks.set(id, await post<Run[]>("/task_runs/filter", filter));
  }
  const isBehind = ({ known, run }: Dashboard) =>
    [...runs.filter(({ id }) => pasts.has(id)), ...(run ? (tasks.get(run) ?? []) : [])].some(
      ({ id, state_id }) => known.get(id)?.state !== state_id,
    );
  return dashboards.filter(isBehind).length;
}

/** Slope of values a second apart, by least squares. */
function slopeOf(list: readonly number[]): number {
  const mean = (list.length - 1) / 2;
  const average = list.reduce((sum, value) => sum + value, 0) / list.length;
  const product = list.reduce((sum, value, at) => sum + (at - mean) * (value - average), 0);
  return product / list.reduce((sum, _, at) => sum + (at - mean) ** 2, 0);
}

function maxOf(list: readonly number[]): number {
  return list.reduce((most, value) => Math.max(most, value), 0);
}
