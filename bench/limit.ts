// Tasks that contend for a limit, over real sockets, with the server in its own process.
//
//   node bench/limit.ts [--tasks 1000] [--limit 10] [--work 5]
//
// All tasks request a slot at the same time, with a request that the server may hold; a task with a slot works for a few
// ms and releases it. Counted are the maximum that worked at once, those that completed, and all requests: without
// retries there are two for each task. Prints JSON.
import { parseArgs } from "node:util";
import { quantile, report, startServer } from "./harness.ts";
import { requestsTo } from "./requests.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "1000" },
    limit: { type: "string", default: "10" },
    work: { type: "string", default: "5" },
  },
});
const tasks = Number(values.tasks);
const limit = Number(values.limit);
const server = await startServer();
const { ask } = requestsTo(server.url, Number.POSITIVE_INFINITY);
let requests = 0;

const send = (path: string, body: unknown) => {
  requests += 1;
  return ask<{ lease_id: string }>("POST", path, body);
};

let [inside, most, done, inVain] = [0, 0, 0, 0];
const turns: number[] = [];

async function task(): Promise<void> {
  const holder = { type: "task_run", id: crypto.randomUUID() };
  const request = { names: ["bench"], slots: 1, lease_duration: 60, wait_seconds: 25, holder };
  for (;;) {
    const { status, body } = await send("/v2/concurrency_limits/increment-with-lease", request);
    if (status === 200) {
      await work(body.lease_id);
      return;
    }
    if (status !== 423) throw new Error(`expected 200 or 423, got ${status}`);
    inVain += 1;
  }
}

async function work(lease_id: string): Promise<void> {
  inside += 1;
  most = Math.max(most, inside);
  await new Promise((end) => setTimeout(end, Number(values.work)));
  inside -= 1;
  done += 1;
  const began = performance.now();
  await send("/v2/concurrency_limits/decrement-with-lease", { lease_id });
  turns.push(performance.now() - began);
}

await send("/v2/concurrency_limits/", { name: "bench", limit });
requests = 0;
const cpu = server.cpu();
const began = performance.now();
await Promise.all(Array.from({ length: tasks }, task));
const seconds = (performance.now() - began) / 1000;
const serverCpuMs = server.cpu() - cpu;
await server.stop();
report(
  "limit",
  {
    tasks,
    limit,
    mostAtOnce: most,
    done,
    requests,
    heldInVain: inVain,
    seconds: Number(seconds.toFixed(2)),
    serverCpuMsPerTask: Number((serverCpuMs / tasks).toFixed(2)),
    releaseMsP95: Number(quantile(turns, 0.95).toFixed(1)),
  },
  { mostAtOnce: limit, done: tasks, requests: 2 * tasks },
);
process.exit(done === tasks && most <= limit ? 0 : 1);
