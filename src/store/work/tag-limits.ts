import { sql } from "kysely";
import type { MinimalLimit, TagLimit, tagLimits } from "../../schema/concurrency-limits.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { LimitTable } from "../tables.ts";
import { removeLimit, upsertLimit } from "./concurrency-limits.ts";
import { leases, limitNamed, limitsNamed, minimal, writeLease, writeLimit } from "./limit-rows.ts";
import { type Acquired, type Lease, limitOfTag, tagOf } from "./limits.ts";
import { reportRelease } from "./slot-releases.ts";
import { dropLease, endLease, takeSlots } from "./slots.ts";

// Limits by tag are the global limits named `tag:<tag>`; their holders are read from the leases.

export const tagLimitNoun = noun(
  {
    read: async (scope: Scope, id: string): Promise<TagLimit | undefined> =>
      seen(scope, await limitNamed(scope, "id", id)),
    readByTag: async (scope: Scope, tag: string): Promise<TagLimit | undefined> =>
      seen(scope, await limitNamed(scope, "name", limitOfTag(tag))),
    filter: async (scope: Scope, { limit, offset }: Parsed<typeof tagLimits.filter>): Promise<TagLimit[]> => {
      const tagged = scope.dialect.startsWith(sql.ref("name"), limitOfTag(""));
      const rows = await scope.all(
        sql<LimitTable>`select * from concurrency_limit where ${tagged}
          order by name ${atMost(limit)} offset ${offset}`,
      );
      return Promise.all(rows.map((row) => tagLimitFrom(scope, row)));
    },
  },
  {
    create: async (
      scope: WriteScope,
      { tag, concurrency_limit }: Parsed<typeof tagLimits.create>,
    ): Promise<Created<TagLimit>> => {
      const { row, isNew } = await upsertLimit(scope, { name: limitOfTag(tag), limit: concurrency_limit });
      const { id, created, updated } = row;
      const active_slots = isNew ? [] : await holders(scope, id);
      return { row: { id, created, updated, tag, concurrency_limit, active_slots }, isNew };
    },
    /** Releases all slots except those of the given task runs. False when the tag has no limit. */
    reset: (scope: WriteScope, { tag, slot_override }: Parsed<typeof tagLimits.reset>): Promise<boolean> =>
      reset(scope, tag, slot_override ?? []),
    delete: async (scope: WriteScope, id: string): Promise<boolean> => {
      const row = await limitNamed(scope, "id", id);
      return removeLimit(scope, row && tagOf(row.name) !== undefined ? row : undefined);
    },
    deleteByTag: async (scope: WriteScope, tag: string): Promise<boolean> =>
      removeLimit(scope, await limitNamed(scope, "name", limitOfTag(tag))),
    /** One slot of each tag that has a limit, held by the task run. */
    acquire: (
      scope: WriteScope,
      { names, task_run_id }: Parsed<typeof tagLimits.increment>,
    ): Promise<Acquired> => acquire(scope, names, task_run_id),
    release: async (
      scope: WriteScope,
      { names, task_run_id }: Parsed<typeof tagLimits.decrement>,
    ): Promise<MinimalLimit[]> => {
      const limits = await limitsNamed(scope, names.map(limitOfTag));
      for (const limit of limits) {
        const held = await leasesOn(scope, limit.id);
        const theirs = held.filter((lease) => lease.holder?.id === task_run_id);
        for (const lease of theirs) await endLease(scope, lease);
      }
      return limits.map(minimal);
    },
  },
);

const leasesOn = (scope: Scope, limitId: string): Promise<Lease[]> =>
  leases(scope, sql`lease.id in (select lease_id from lease_limit where limit_id = ${limitId})`);

async function holders(scope: Scope, limitId: string): Promise<string[]> {
  const held = await leasesOn(scope, limitId);
  return held.flatMap(({ holder }) => (holder?.type === "task_run" ? [holder.id] : []));
}

async function tagLimitFrom(scope: Scope, row: LimitTable): Promise<TagLimit> {
  const { id, created, updated } = row;
  const active_slots = await holders(scope, id);
  return {
    id,
    created,
    updated,
    tag: tagOf(row.name) ?? row.name,
    concurrency_limit: row.slot_limit,
    active_slots,
  };
}

const seen = async (scope: Scope, row: LimitTable | undefined): Promise<TagLimit | undefined> =>
  row && tagOf(row.name) !== undefined ? tagLimitFrom(scope, row) : undefined;

/** A lease per tag, so that tags can be released individually. */
async function acquire(scope: WriteScope, tags: readonly string[], taskRunId: string): Promise<Acquired> {
  const names = tags.map(limitOfTag);
  const { answer, limits } = await takeSlots(scope, { names, slots: 1, mode: "concurrency" });
  if (answer.kind === "acquired") for (const limit of limits) hold(scope, limit, taskRunId);
  return answer;
}

function hold(scope: WriteScope, limit: LimitTable, taskRunId: string): void {
  const lease = { id: newId(scope.now()), slots: 1, seconds: null };
  writeLease(scope, { ...lease, holder: { type: "task_run", id: taskRunId } }, [limit]);
}

async function reset(scope: WriteScope, tag: string, taskRunIds: readonly string[]): Promise<boolean> {
  const limit = await limitNamed(scope, "name", limitOfTag(tag));
  if (!limit) return false;
  for (const lease of await leasesOn(scope, limit.id)) {
    dropLease(scope, lease);
    if (!lease.holder || !taskRunIds.includes(lease.holder.id)) reportRelease(scope, lease);
  }
  writeLimit(scope, limit, { active_slots: taskRunIds.length });
  for (const id of taskRunIds) hold(scope, limit, id);
  return true;
}
