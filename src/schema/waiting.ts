import { z } from "zod";
import { routes } from "./route.ts";
import { rowShape, Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";

// Why a run waits, and who holds what it waits for. Praetor only: a Prefect server has none of these.

/** A reference to a run. */
export const RunRef = z.object({
  kind: z.enum(["flow-run", "task-run"]),
  id: z.string(),
  name: z.string(),
  /** Of a task run, the flow run it belongs to. */
  flow_run_id: z.string().nullable(),
  state_type: StateType.nullable(),
  state_name: z.string().nullable(),
  /** When it began, or entered its current state. */
  since: z.string().nullable(),
});
export type RunRef = z.infer<typeof RunRef>;

/** A limit that is full, and the runs that fill it, oldest first; `used` counts also those not listed. */
const full = { limit: z.int(), used: z.int(), holders: z.array(RunRef) };

/** A reason why a run does not start, found by the same check that blocks it. */
export const Gate = z.discriminatedUnion("kind", [
  /** Its time has not come. */
  z.object({ kind: z.literal("scheduled"), until: z.string() }),
  /** It failed, and its process waits until it tries again. */
  z.object({ kind: z.literal("retry"), until: z.string() }),
  /** It has no deployment, so no process starts it. */
  z.object({ kind: z.literal("no-deployment") }),
  z.object({ kind: z.literal("pool-paused"), pool: z.string() }),
  z.object({ kind: z.literal("queue-paused"), pool: z.string(), queue: z.string() }),
  z.object({ kind: z.literal("pool-limit"), pool: z.string(), ...full }),
  z.object({ kind: z.literal("queue-limit"), pool: z.string(), queue: z.string(), ...full }),
  z.object({
    kind: z.literal("deployment-limit"),
    deployment_id: z.string(),
    limit_id: z.string(),
    ...full,
  }),
  /** No worker of the pool is online; `since`: the last heartbeat of the last one, null when there never was one. */
  z.object({
    kind: z.literal("no-worker"),
    pool: z.string(),
    worker: z.string().nullable(),
    since: z.string().nullable(),
  }),
  /** A deployment without a pool and without a serving process; `since`: the last poll of one. */
  z.object({ kind: z.literal("not-served"), deployment_id: z.string(), since: z.string().nullable() }),
  /** Claimed by a worker that has not started it yet. */
  z.object({ kind: z.literal("claimed"), since: z.string() }),
  /** Paused or suspended; continues when a user resumes it, fails at `until`. */
  z.object({ kind: z.literal("paused"), until: z.string().nullable(), wants_input: z.boolean() }),
  /** The run is running, and it or tasks of it wait for slots of this limit; `waiters`: the first of them. */
  z.object({
    kind: z.literal("limit"),
    name: z.string(),
    ...full,
    waiting: z.int(),
    waiters: z.array(RunRef),
  }),
  /** Nothing blocks it: the next poll takes it. */
  z.object({ kind: z.literal("none") }),
]);
export type Gate = z.infer<typeof Gate>;

export const Waiting = z.object({
  flow_run_id: z.string(),
  /** Since when it could have run. */
  since: z.string(),
  is_late: z.boolean(),
  /** In the order in which they are tested; never empty. */
  gates: z.array(Gate),
});
export type Waiting = z.infer<typeof Waiting>;

/** One or more slots, taken together by one holder. */
export const SlotLease = z.object({
  id: z.string(),
  slots: z.int(),
  since: z.string(),
  /** When the slots come free on their own unless the lease is renewed; null: never. */
  expires: z.string().nullable(),
  /** Null: the holder did not name itself. */
  holder: RunRef.nullable(),
});
export type SlotLease = z.infer<typeof SlotLease>;

/** A limit with its holders and waiters. */
export const SlotBoard = z.object({
  ...rowShape,
  name: z.string(),
  limit: z.int(),
  active: z.boolean(),
  slot_decay_per_second: z.number(),
  /** Slots taken now, after decay. Slots beyond those of the leases were taken without a lease. */
  used: z.int(),
  /** Oldest first. */
  leases: z.array(SlotLease),
  /** In order of arrival. */
  waiters: z.array(z.object({ run: RunRef, since: z.string() })),
});
export type SlotBoard = z.infer<typeof SlotBoard>;

/** A limit with waiters, and its oldest holder. */
export const FullLimit = z.object({
  name: z.string(),
  /** The deployment's name, where it is the limit of one. */
  deployment: z.string().nullable(),
  limit: z.int(),
  used: z.int(),
  holder: RunRef.nullable(),
  held_since: z.string().nullable(),
  /** Number of waiters, and since when the first waits. */
  waiting: z.int(),
  waiting_since: z.string().nullable(),
});
export type FullLimit = z.infer<typeof FullLimit>;

/** A worker without recent heartbeats. */
export const SilentWorker = z.object({
  id: z.string(),
  name: z.string(),
  pool: z.string(),
  since: z.string(),
  /** No other worker of its pool is online. */
  is_last: z.boolean(),
});
export type SilentWorker = z.infer<typeof SilentWorker>;

/** How long the latest completed runs of a flow took, in seconds. */
export const FlowDurations = z.object({ flow_id: z.string(), seconds: z.array(z.number()) });
export type FlowDurations = z.infer<typeof FlowDurations>;

/** The last runs of a flow, a deployment or a work pool, newest first, and the next one. */
export const RecentRuns = z.object({
  id: z.string(),
  /** Of the flow, deployment or work pool; null where there is none of this id. */
  name: z.string().nullable(),
  runs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state_type: StateType.nullable(),
      state_name: z.string().nullable(),
      start_time: z.string().nullable(),
      /** Seconds. */
      duration: z.number(),
    }),
  ),
  next: z.object({ id: z.string(), time: z.string() }).nullable(),
  late: z.int(),
});
export type RecentRuns = z.infer<typeof RecentRuns>;

const ofRuns = z.object({ flow_run_ids: z.array(Uuid).max(200) });

export const waiting = routes("waiting", {
  explain: { method: "POST", path: "/praetor/waiting", input: ofRuns, output: z.array(Waiting) },
});

export const slots = routes("slots", {
  /** The boards of all limits, by name; of the limits named, where names are given. */
  boards: {
    method: "POST",
    path: "/praetor/slots",
    input: z.object({ names: z.array(z.string()).nullish() }),
    output: z.array(SlotBoard),
  },
  /** Takes a lease from its holder; recorded as the event `praetor.slot.released`. */
  release: {
    method: "POST",
    path: "/praetor/slots/:lease_id/release",
    input: z.object({ lease_id: Uuid }),
    output: z.undefined(),
    status: 204,
  },
});

export const recentRuns = routes("recent-runs", {
  list: {
    method: "POST",
    path: "/praetor/recent_runs",
    input: z.object({
      by: z.enum(["flow", "deployment", "work-pool"]),
      ids: z.array(Uuid).max(200),
      limit: withDefault(z.int().min(1).max(100), () => 20),
    }),
    output: z.array(RecentRuns),
  },
});
