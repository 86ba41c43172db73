import { toMs } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { type Worker, workers } from "../../schema/workers.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { bold, dim, oneLine, print, printJson, relativeText, styled } from "../terminal.ts";
import { slotsText, statusText } from "./list.ts";
import type { JsonOption } from "./options.ts";

export async function inspect(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  const pool = await client.call(workPools.read, { name });
  const [queues, online] = await Promise.all([
    client.call(workQueues.filterInPool, { pool: name }),
    client.call(workers.filter, { pool: name }),
  ]);
  if (json) return printJson({ work_pool: pool, work_queues: queues, workers: online });
  print(`${bold(oneLine(pool.name))}  ${statusText(pool.status)}  ${dim(oneLine(pool.type))}`);
  if (pool.description) print(`  ${oneLine(pool.description)}`);
  print(`\n  ${dim("id".padEnd(6))} ${pool.id}\n  ${dim("runs".padEnd(6))} ${slotsText(pool)}`);
  print(`\n${bold("Queues")}`);
  print(
    table(
      queueColumns,
      queues.toSorted((a, b) => a.priority - b.priority),
    ),
  );
  print(`\n${bold("Workers")}`);
  print(online.length > 0 ? table(workerColumns(Date.now()), online) : dim("no workers yet"));
}

const queueColumns: Column<WorkQueue>[] = [
  { title: "QUEUE", text: ({ name }) => oneLine(name), shrinksTo: 12 },
  { title: "PRIORITY", text: ({ priority }) => String(priority) },
  { title: "STATUS", text: ({ status }) => statusText(status) },
  { title: "RUNS", text: slotsText },
];

const workerColumns = (now: number): Column<Worker>[] => [
  { title: "WORKER", text: ({ name }) => oneLine(name), shrinksTo: 12 },
  {
    title: "STATUS",
    text: ({ status }) => (status === "ONLINE" ? styled("green", "● online") : dim("○ offline")),
  },
  {
    title: "LAST HEARTBEAT",
    text: ({ last_heartbeat_time: time }) => (time ? relativeText(toMs(time), now) : "–"),
  },
];
