import { setTimeout as sleep } from "node:timers/promises";
import { inLanes, requestsTo } from "./requests.ts";
import { sendSingly, singleFrames } from "./task-run-events.ts";

type Post = ReturnType<typeof requestsTo>["post"];

/** A server of the API, and its CPU time. */
export interface Side {
  name: string;
  url: string;
  post: Post;
  /** CPU time of all its processes so far, in ms. */
  cpu(): number;
}

/** Prepares `count` operations, unmeasured, and returns the work that does them. */
export type Load = (side: Side, count: number) => Promise<() => Promise<void>>;

/** Prefect's server on SQLite delays concurrent writers for seconds. */
const writers = 1;
const readers = 4;
const day = 86_400_000;
const time = (ms: number) => new Date(ms).toISOString();

export const sideOf = (name: string, url: string, cpu: () => number): Side => ({
  ...{ name, url, cpu },
  post: requestsTo(url, readers).post,
});

/** All loads read the days before this moment. */
export function loadsBefore(now: number): Record<string, Load> {
  const states = ["FAILED", "CRASHED", "COMPLETED"].map((type) => ({ state: { type: { any_: [type] } } }));
  const tags = Array.from({ length: 7 }, (_, index) => ({ tags: { all_: [`team-${index}`] } }));
  const spans = Array.from({ length: 6 }, (_, index) => ({
    expected_start_time: { after_: time(now - (index + 2) * day), before_: time(now - index * day) },
  }));
  const together = tags.map((tag, at) => ({ ...tag, ...states[at % 3], ...spans[at % 6] }));
  const latest = (flow_runs: object) => ({ flow_runs, sort: "START_TIME_DESC", limit: 50 });
  const count = (flow_runs: object) => ({ flow_runs });
  const week = { history_start: time(now - 7 * day), history_end: time(now), history_interval_seconds: 3600 };
  return {
    events: ingest,
    setState,
    latest50ByState: requesting("/flow_runs/filter", states.map(latest)),
    latest50ByTag: requesting("/flow_runs/filter", tags.map(latest)),
    latest50ByTime: requesting("/flow_runs/filter", spans.map(latest)),
    latest50ByAllThree: requesting("/flow_runs/filter", together.map(latest)),
    history7Days: requesting("/flow_runs/history", [week]),
    counts: requesting("/flow_runs/count", [{}, ...[...states, ...tags, ...spans, ...together].map(count)]),
  };
}

const requesting =
  (path: string, bodies: readonly object[]): Load =>
  async ({ post }, count) =>
  () =>
    inLanes(readers, count, (index) => post(path, bodies[index % bodies.length]));

/** Three states of each task run, one event a frame, as clients of Prefect send them. */
const ingest: Load = async ({ url, post }, count) => {
  const tasks = Math.ceil(count / 3);
  const flow_id = await flowOf(post, "reporting");
  const { id } = await post("/flow_runs/", { flow_id, state: { type: "RUNNING" } });
  const frames = singleFrames(tasks, id);
  const filter = {
    flow_runs: { id: { any_: [id] } },
    task_runs: { state: { type: { any_: ["COMPLETED"] } } },
  };
  return async () => {
    const close = await sendSingly(url, frames);
    // Polled rarely, because a request costs the server more than some of the events.
    for (let waited = 0; ; waited += 500) {
      const recorded = await post<number>("/task_runs/count", filter);
      if (recorded === tasks) break;
      if (waited > 120_000) throw new Error(`expected ${tasks} task runs, got ${recorded}`);
      await sleep(500);
    }
    close();
  };
};

/** The life of a run: pending, running, completed. */
const setState: Load = async ({ post }, count) => {
  const flow_id = await flowOf(post, "living");
  const ids: string[] = [];
  const state = scheduledAt(Date.now());
  await inLanes(writers, Math.ceil(count / 3), async (index) => {
    ids[index] = (await post("/flow_runs/", { flow_id, state })).id;
  });
  return () =>
    inLanes(writers, ids.length, async (index) => {
      for (const type of ["PENDING", "RUNNING", "COMPLETED"]) {
        const path = `/flow_runs/${ids[index]}/set_state`;
        const { status } = await post(path, { state: { type } });
        if (status !== "ACCEPT") throw new Error(`expected ACCEPT, got ${status}`);
      }
    });
};

const scheduledAt = (ms: number) => ({ type: "SCHEDULED", state_details: { scheduled_time: time(ms) } });
const flowOf = async (post: Post, name: string) => (await post("/flows/", { name })).id;
