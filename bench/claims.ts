// Workers that poll one queue of due runs and claim the runs they get, over real sockets, with the server in its
// own process and all workers in this one.
//
//   node bench/claims.ts [--workers 20] [--runs 10000] [--page 25]
//
// CPU of server and workers together, per claimed run. Prints JSON.
import { parseArgs } from "node:util";
import { report, startServer } from "./harness.ts";
import { requestsTo } from "./requests.ts";

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
const { post } = requestsTo(server.url, workers);

await post("/work_pools/", { name: "bench", type: "process" });
const flow = await post("/flows/", { name: "bench" });
const due = new Date(Date.now() - 60_000).toISOString();
const state = { type: "SCHEDULED", state_details: { scheduled_time: due } };
for (let made = 0; made < runs; made += 50) {
  await Promise.all(
    Array.from({ length: Math.min(50, runs - made) }, () =>
      post("/flow_runs/", { flow_id: flow.id, work_pool_name: "bench", state }),
    ),
  );
}

const claims = new Map<string, number>();
let [polls, lost] = [0, 0];

async function work(name: string): Promise<void> {
  const headers = { "x-prefect-worker-name": name };
  for (;;) {
    const handed = await post<{ flow_run: { id: string } }[]>(
      "/work_pools/bench/get_scheduled_flow_runs",
      { scheduled_before: new Date().toISOString(), limit: Number(values.page) },
      headers,
    );
    polls += 1;
    if (handed.length === 0) return;
    for (const { flow_run } of handed) {
      const proposed = { state: { type: "PENDING" } };
      const { status } = await post(`/flow_runs/${flow_run.id}/set_state`, proposed, headers);
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
