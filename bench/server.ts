// CPU of the server process per request and per event, over real sockets, with clients in this process.
//
//   node bench/server.ts [--requests 16000] [--tasks 10000]
//
// (a) GET /health, to see what the machine makes of a request that does nothing; (b) set_state with all rules,
// 16 at a time; (c) three states of each task run over /events/in in lists of 250, until all are acknowledged.
// Prints JSON.
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { report, startServer } from "./rig.ts";
import { taskRunFrames, tellAll } from "./task-run-events.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "16000" }, tasks: { type: "string", default: "10000" } },
});
const lanes = 16;
const requests = Math.ceil(Number(values.requests) / lanes);
const tasks = Number(values.tasks);
const server = await startServer();
const agent = new Agent({ keepAlive: true, maxSockets: lanes });

function send(method: string, path: string, body?: unknown): Promise<{ id: string; status?: string }> {
  return new Promise((done, fail) => {
    const sent = request(`${server.url}/api${path}`, { method, agent }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done(JSON.parse(text)));
    });
    sent.on("error", fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Runs `work` once to warm up and once to measure; CPU of the server in µs for each of `count`. */
async function measure(
  count: number,
  work: () => Promise<unknown>,
): Promise<{ cpuUs: number; perSecond: number }> {
  await work();
  const cpu = server.cpu();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { cpuUs: Math.round(((server.cpu() - cpu) * 1000) / count), perSecond: Math.round(count / seconds) };
}

const inLanes = (work: (lane: number, round: number) => Promise<unknown>) =>
  Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let round = 0; round < requests; round += 1) await work(lane, round);
    }),
  );

const flow = await send("POST", "/flows/", { name: "bench" });
const running = { flow_id: flow.id, state: { type: "RUNNING" } };
const runs = await Promise.all(Array.from({ length: lanes }, () => send("POST", "/flow_runs/", running)));

const health = await measure(lanes * requests, () => inLanes(() => send("GET", "/health")));
const setState = await measure(lanes * requests, () =>
  inLanes(async (lane, round) => {
    const type = round % 2 ? "RUNNING" : "FAILED";
    const { status } = await send("POST", `/flow_runs/${runs[lane]?.id}/set_state`, { state: { type } });
    if (status !== "ACCEPT") throw new Error(`expected ACCEPT, got ${status}`);
  }),
);
const ingest = await measure(tasks, () => tellAll(server.url, taskRunFrames(tasks, String(runs[0]?.id))));

await server.stop();
report(
  "server",
  { health, setState, ingestPerTaskRun: ingest },
  { setState: { cpuUs: 250 }, ingestPerTaskRun: { cpuUs: 60 } },
);
process.exit(0);
