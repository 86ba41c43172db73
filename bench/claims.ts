// Workers that poll one queue of due runs and claim what they are handed, over real sockets, with the server as a
// process of its own and all workers in this one.
//
//   node bench/claims.ts [--workers 20] [--runs 10000] [--page 25]
//
// CPU of server and workers together, for each run that was claimed. Prints JSON.
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { report, startServer } from "./rig.ts";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "20" },
    runs: { type: "string", default: "10000" },
    page: { type: "string", default: "25" },
  },
});
const runs = Number(values.runs);
const workers = Number(values.workers);
const server = await startServer();
const agent = new Agent({ keepAlive: true, maxSockets: workers });

function send<T>(path: string, body: unknown, worker?: string): Promise<T> {
  const headers = worker === undefined ? {} : { "x-prefect-worker-name": worker };
  return new Promise((done, fail) => {
    const sent = request(`${server.url}/api${path}`, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        if ((response.statusCode ?? 500) >= 300) fail(new Error(`${path}: ${response.statusCode} ${text}`));
        else done(text === "" ? undefined : JSON.parse(text));
      });
    });
    sent.on("error", fail);
    sent.end(JSON.stringify(body));
  });
}

await send("/work_pools/", { name: "bench", type: "process" });
const flow = await send<{ id: string }>("/flows/", { name: "bench" });
const due = new Date(Date.now() - 60_000).toISOString();
const state = { type: "SCHEDULED", state_details: { scheduled_time: due } };
for (let made = 0; made < runs; made += 50) {
  await Promise.all(
    Array.from({ length: Math.min(50, runs - made) }, () =>
      send("/flow_runs/", { flow_id: flow.id, work_pool_name: "bench", state }),
    ),
  );
}

const claims = new Map<string, number>();
let [polls, lost] = [0, 0];

async function work(name: string): Promise<void> {
  for (;;) {
    const handed = await send<{ flow_run: { id: string } }[]>(
      "/work_pools/bench/get_scheduled_flow_runs",
      { scheduled_before: new Date().toISOString(), limit: Number(values.page) },
      name,
    );
    polls += 1;
    if (handed.length === 0) return;
    for (const { flow_run } of handed) {
      const proposed = { state: { type: "PENDING" } };
      const { status } = await send<{ status: string }>(
        `/flow_runs/${flow_run.id}/set_state`,
        proposed,
        name,
      );
      if (status === "ACCEPT") claims.set(flow_run.id, (claims.get(flow_run.id) ?? 0) + 1);
      else lost += 1;
    }
  }
}

const cpu = server.cpu();
const own = process.cpuUsage();
const began = performance.now();
await Promise.all(Array.from({ length: workers }, (_, index) => work(`worker-${index}`)));
const seconds = (performance.now() - began) / 1000;
const serverMs = server.cpu() - cpu;
const { user, system } = process.cpuUsage(own);
await server.stop();
const twice = [...claims.values()].filter((count) => count > 1).length;
report(
  "claims",
  {
    workers,
    runs,
    claimed: claims.size,
    claimedTwice: twice,
    claimsLost: lost,
    polls,
    seconds: Number(seconds.toFixed(2)),
    serverCpuMsPerClaim: Number((serverMs / runs).toFixed(3)),
    workersCpuMsPerClaim: Number(((user + system) / 1000 / runs).toFixed(3)),
  },
  { claimed: runs, claimedTwice: 0, cpuMsPerClaim: 1 },
);
process.exit(twice === 0 && claims.size === runs ? 0 : 1);
