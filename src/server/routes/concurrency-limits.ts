import type { Context } from "hono";
import type { z } from "zod";
import { jittered } from "../../rules/task-runs.ts";
import { concurrencyLimits, type MinimalLimit, tagLimits } from "../../schema/concurrency-limits.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Store } from "../../store/store.ts";
import { type Acquired, limitOfTag, tagOf } from "../../store/work/limits.ts";
import { type Api, created, done, found, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";

const unknown = "Concurrency Limit not found";

export function serveConcurrencyLimits(api: Api, store: Store, waiters: SlotWaiters): void {
  const limits = store.concurrencyLimits;
  const byTag = store.tagLimits;
  serve(api, tagLimits.create, async (input) => created(await byTag.create(input)));
  serve(api, tagLimits.filter, (input) => byTag.filter(input));
  serve(api, tagLimits.read, async ({ id }) => found(await byTag.read(id), unknown));
  serve(api, tagLimits.readByTag, async ({ tag }) => found(await byTag.readByTag(tag), unknown));
  serve(api, tagLimits.reset, async (input) => nothing(done(await byTag.reset(input), unknown)));
  serve(api, tagLimits.delete, async ({ id }) => nothing(done(await byTag.delete(id), unknown)));
  serve(api, tagLimits.deleteByTag, async ({ tag }) => nothing(done(await byTag.deleteByTag(tag), unknown)));
  serve(api, tagLimits.increment, async (input, c) => {
    const holder = { type: "task_run", id: input.task_run_id } as const;
    const acquired = await waiters.acquire(
      { names: input.names.map(limitOfTag), slots: 1, holder },
      { ...atOnce, attempt: () => byTag.acquire(input), undo: () => byTag.release(input), ...clientOf(c) },
    );
    return untagged(granted(acquired, "locked").limits);
  });
  serve(api, tagLimits.decrement, async (input) => untagged(await byTag.release(input)));

  serve(api, concurrencyLimits.create, (input) => limits.create(input));
  serve(api, concurrencyLimits.filter, (input) => limits.filter(input));
  serve(api, concurrencyLimits.read, async ({ id_or_name }) => {
    const {
      denied_slots: _,
      avg_slot_occupancy_seconds: __,
      ...limit
    } = found(await limits.read(id_or_name), unknown);
    return limit;
  });
  serve(api, concurrencyLimits.update, async ({ id_or_name, ...changes }) =>
    done(await limits.update(id_or_name, withoutNulls(changes)), unknown),
  );
  serve(api, concurrencyLimits.delete, async ({ id_or_name }) =>
    done(await limits.delete(id_or_name), unknown),
  );
  serve(api, concurrencyLimits.increment, async (input, c) => {
    const acquired = await waiters.acquire(input, {
      attempt: () => limits.acquire(input),
      undo: async () => input.mode === "rate_limit" || limits.release(input),
      seconds: input.wait_seconds ?? 0,
      ...clientOf(c),
    });
    return granted(acquired).limits;
  });
  serve(api, concurrencyLimits.incrementWithLease, async (input, c) => {
    const acquired = await waiters.acquire(input, {
      attempt: () => limits.acquireLease(input),
      undo: async ({ lease_id }) => lease_id !== null && limits.releaseLease(lease_id),
      seconds: input.wait_seconds ?? 0,
      ...clientOf(c),
    });
    const { limits: held, lease_id } = granted(acquired);
    return { lease_id: lease_id ?? "", limits: held };
  });
  serve(api, concurrencyLimits.decrement, (input) => limits.release(input));
  serve(api, concurrencyLimits.decrementWithLease, async ({ lease_id }) => {
    await limits.releaseLease(lease_id);
    return undefined;
  });
  serve(api, concurrencyLimits.renew, async ({ lease_id, lease_duration }) => {
    if (await limits.renewLease(lease_id, lease_duration)) return undefined;
    // Prefect's clients renew also while their run is paused, and end it when they are refused.
    if (await limits.isLeaseAwaited(lease_id)) return undefined;
    throw problem("gone", "The lease has expired or was released.");
  });
}

/** By tag, as requested. */
const untagged = (limits: readonly MinimalLimit[]): MinimalLimit[] =>
  limits.map((limit) => ({ ...limit, name: tagOf(limit.name) ?? limit.name }));

const atOnce = { seconds: 0 };
const clientOf = (c: Context) => ({ signal: c.req.raw.signal });

const nothing = (_: undefined) => null;

/** A null says as little as a key that is not there: none of these may be null. */
function withoutNulls({
  name,
  limit,
  active,
  active_slots,
  denied_slots,
  slot_decay_per_second,
}: LimitChanges) {
  return {
    ...(name != null && { name }),
    ...(limit != null && { limit }),
    ...(active != null && { active }),
    ...(active_slots != null && { active_slots }),
    ...(denied_slots != null && { denied_slots }),
    ...(slot_decay_per_second != null && { slot_decay_per_second }),
  };
}
type LimitChanges = Omit<Parsed<typeof concurrencyLimits.update>, "id_or_name">;

interface Granted {
  limits: z.infer<typeof MinimalLimit>[];
  lease_id: string | null;
}

/** Jitter as in Prefect, bounded near the maximum wait. */
const longestJitter = 1.3;

/** The slots, or the answer that says when to come back. */
function granted(acquired: Acquired, impossible: "invalid" | "locked" = "invalid"): Granted {
  if (acquired.kind === "acquired") return acquired;
  if (acquired.kind === "impossible") throw problem(impossible, acquired.message);
  const mean = acquired.delay_seconds;
  const seconds = Math.min(jittered(mean, Math.random()), mean * longestJitter);
  throw problem("locked", "Locked", { headers: { "retry-after": seconds.toFixed(3) } });
}
