import { statSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isPostgresUrl } from "../../schema/database-url.ts";
import { timestamp } from "../../schema/scalars.ts";
import { stateTypes } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import type { Family } from "./metrics.ts";

interface GaugeOptions {
  store: Store;
  /** File or URL of the store, if it has one. */
  database: string | undefined;
  now: () => number;
}

/** Metrics computed on request. */
export async function storeGauges({ store, database, now }: GaugeOptions): Promise<Family[]> {
  const [runs, queues] = await Promise.all([runsByState(store), dueByQueue(store, now)]);
  return [
    {
      name: "praetor_events_ingested_total",
      help: "Events received since the server started, duplicates included.",
      type: "counter",
      samples: [{ value: store.ingested() }],
    },
    {
      name: "praetor_events_waiting",
      help: "Received batches of events that are not stored yet.",
      type: "gauge",
      samples: [{ value: store.waiting() }],
    },
    { name: "praetor_flow_runs", help: "Flow runs by state.", type: "gauge", samples: runs },
    {
      name: "praetor_work_queue_due_runs",
      help: "Due flow runs waiting for a worker.",
      type: "gauge",
      samples: queues,
    },
    {
      name: "praetor_store_bytes",
      help: "Size of the files of the store, or of its database on a server.",
      type: "gauge",
      samples: await sizes(store, database),
    },
  ];
}

const runsByState = (store: Store) =>
  Promise.all(
    stateTypes.map(async (state) => ({
      labels: { state },
      value: await store.flowRuns.count({ flow_runs: { state: { type: { any_: [state] } } } }),
    })),
  );

async function dueByQueue(store: Store, now: () => number) {
  const pools = await store.workPools.filter({ limit: 200, offset: 0 });
  const before_ = timestamp(now());
  const flow_runs = { state: { type: { any_: ["SCHEDULED"] } }, next_scheduled_start_time: { before_ } };
  const perPool = pools.map(async (pool) => {
    const queues = await store.workQueues.inPool(pool.id);
    return Promise.all(
      queues.map(async ({ id, name }) => ({
        labels: { work_pool: pool.name, work_queue: name },
        value: await store.flowRuns.count({ flow_runs, work_pool_queues: { id: { any_: [id] } } }),
      })),
    );
  });
  return (await Promise.all(perPool)).flat();
}

async function sizes(store: Store, database: string | undefined) {
  if (database === undefined) return [];
  if (isPostgresUrl(database)) return [{ labels: { file: "database" }, value: await store.bytes() }];
  return ["", "-wal"].map((ending) => ({
    labels: { file: ending === "" ? "database" : "log" },
    value: statSync(database + ending, { throwIfNoEntry: false })?.size ?? 0,
  }));
}

let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

/** The event loop's lag is measured from the first time that a client asks for it: the clock for it costs a little. */
export function processGauges(): Family[] {
  if (!delay) {
    delay = monitorEventLoopDelay({ resolution: 20 });
    delay.enable();
  }
  const seconds = (ns: number) => (Number.isFinite(ns) ? ns / 1e9 : 0);
  const lag = [
    { labels: { quantile: "0.5" }, value: seconds(delay.percentile(50)) },
    { labels: { quantile: "0.99" }, value: seconds(delay.percentile(99)) },
    { labels: { quantile: "1" }, value: seconds(delay.max) },
  ];
  delay.reset();
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const one = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: name.endsWith("_total") ? "counter" : "gauge",
    samples: [{ value }],
  });
  return [
    {
      name: "praetor_event_loop_delay_seconds",
      help: "Event loop delay since the last scrape.",
      type: "gauge",
      samples: lag,
    },
    one("process_resident_memory_bytes", "Resident memory.", rss),
    one("process_cpu_seconds_total", "CPU time.", (user + system) / 1e6),
  ];
}
