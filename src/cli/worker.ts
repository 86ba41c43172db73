import { hostname } from "node:os";
import { startWorker } from "../worker/worker.ts";
import { serverAddress, settingsOf } from "./connect.ts";
import { bold, dim, print } from "./terminal.ts";
import { UserError } from "./user-error.ts";
import type { WorkerStartOptions } from "./worker-options.ts";

/** Runs a worker until it is asked to stop. */
export async function start(options: WorkerStartOptions): Promise<void> {
  const { name = `${hostname()}-${process.pid}`, queue = [], limit, json } = options;
  if (options.type !== "process")
    throw new UserError(
      `expected a pool of type 'process', got '${options.type}': this worker runs processes`,
    );
  const server = serverAddress(settingsOf(process.env));
  await startWorker(
    {
      server: { ...server, printLevel: "info" },
      pool: options.pool,
      name,
      queues: queue,
      limit: limit ?? Number.POSITIVE_INFINITY,
      mayCreatePool: options.createPool,
      grace: options.grace,
    },
    (pool) => {
      if (json) return print(JSON.stringify({ worker: name, pool: pool.name, pid: process.pid }));
      print(`Worker ${bold(name)} polls work pool ${bold(pool.name)}`);
      print(dim(`  queues    ${queue.length > 0 ? queue.join(", ") : "all"}`));
      print(dim(`  server    ${server.apiUrl}`));
    },
  );
}
