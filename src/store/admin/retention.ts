import { type RawBuilder, sql } from "kysely";
import { heartbeatEvent } from "../../schema/event-names.ts";
import { isFinal, stateTypes } from "../../schema/state-types.ts";
import type { WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { dropArtifacts } from "../records/artifact-deletion.ts";
import { dropRuns, dropTasks } from "../run-index/run-deletion.ts";
import type { Clause } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";

/** Batch size; the rest is found the next time. */
export interface Portion {
  limit: number;
}

/** Retention class of an event: heartbeats are numerous and short-lived, audit events are kept for long. */
export type EventKind = "resource" | "heartbeat" | "audit";

/**
 * Deletes expired rows in portions: each is one short transaction and returns the number of deleted rows. It is done when
 * fewer are deleted than allowed. Concurrent calls are safe.
 */
export const retentionNoun = noun(
  {},
  {
    /**
     * Events that occurred from `since` until before `before`, oldest first, with the lists of related resources that
     * are no longer referenced. Errors of runs are of the kind `audit`, unless deleted with their run. `last` is the
     * time of the last one.
     */
    dropEvents,
    dropLogs: async (scope: WriteScope, { before, limit }: Portion & { before: string }): Promise<number> => {
      const seqs = await numbers(
        scope,
        sql`select seq from log where timestamp < ${before} order by timestamp ${atMost(limit)}`,
      );
      return dropSeqs(scope, "log", seqs);
    },
    /** Flow runs that ended before, with all their rows; subflows once their parent is deleted. */
    dropFlowRuns,
    /** Task runs without a flow run that ended before. */
    dropTaskRuns: async (
      scope: WriteScope,
      { before, limit }: Portion & { before: string },
    ): Promise<number> => {
      const ids = await texts(
        scope,
        sql`select id from task_run where flow_run_id is null and end_time < ${before}
          and ${scope.dialect.isOneOf(sql.ref("state_type"), finalTypes)} order by end_time ${atMost(limit)}`,
      );
      scope.write(sql`delete from log where ${scope.dialect.isOneOf(sql.ref("task_run_id"), ids)}`);
      await dropTasks(scope, scope.dialect.isOneOf(sql.ref("id"), ids));
      return ids.length;
    },
    /** Artifacts of flow runs that are gone, older than `before`. */
    dropArtifacts: async (
      scope: WriteScope,
      { before, limit }: Portion & { before: string },
    ): Promise<number> => {
      const ids = await texts(
        scope,
        sql`select id from artifact where flow_run_id is not null and created < ${before}
          and not exists (select 1 from flow_run where flow_run.id = artifact.flow_run_id) ${atMost(limit)}`,
      );
      await dropArtifacts(scope, ids);
      return ids.length;
    },
    /** Workers whose last heartbeat was before `before`. */
    dropWorkers: async (
      scope: WriteScope,
      { before, limit }: Portion & { before: string },
    ): Promise<number> => {
      const ids = await texts(
        scope,
        sql`select id from worker where last_heartbeat_time < ${before} order by last_heartbeat_time ${atMost(limit)}`,
      );
      scope.write(sql`delete from worker where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`);
      for (const id of ids) scope.changed("workers", "deleted", id);
      return ids.length;
    },
    /** Cached results that have expired at `now` or whose state is gone. */
    dropCached,
  },
);

const finalTypes = stateTypes.filter(isFinal);

// As a range, so that the index of names can be used.
const isOurs = sql<boolean>`event.event >= 'praetor.' and event.event < 'praetor/'`;
const kinds: Record<EventKind, Clause> = {
  resource: sql`not (${isOurs})`,
  heartbeat: sql`event.recorded = 0 and event.event = ${heartbeatEvent}`,
  audit: sql`event.recorded = 0 and ${isOurs}`,
};

type Events = Portion & { kind: EventKind; since: string; before: string };

async function dropEvents(scope: WriteScope, { kind, since, before, limit }: Events) {
  type Row = { seq: number; occurred: string; related_id: number | null };
  const rows = await scope.all(sql<Row>`select seq, occurred, related_id from event
    where occurred >= ${since} and occurred < ${before} and ${kinds[kind]} order by occurred ${atMost(limit)}`);
  const seqs = rows.map(({ seq }) => seq);
  dropSeqs(scope, "event", seqs);
  dropRelated(scope, [...new Set(rows.flatMap(({ related_id: id }) => (id === null ? [] : [id])))]);
  return { dropped: rows.length, last: rows.at(-1)?.occurred ?? null };
}

/** Many events share a list, so it is deleted with the last of them. */
function dropRelated(scope: WriteScope, ids: readonly number[]): void {
  if (ids.length === 0) return;
  const isUnused = (column: string) => sql`${scope.dialect.isOneOf(sql.ref(column), ids)}
    and not exists (select 1 from event where event.related_id = ${sql.ref(column)})`;
  scope.write(sql`delete from event_related_resource where ${isUnused("event_related_resource.related_id")}`);
  scope.write(sql`delete from event_related where ${isUnused("event_related.id")}`);
}

function dropSeqs(scope: WriteScope, table: "event" | "log", seqs: readonly number[]): number {
  const among = scope.dialect.isOneOf(sql.ref("seq"), seqs);
  if (seqs.length > 0) scope.write(sql`delete from ${sql.table(table)} where ${among}`);
  return seqs.length;
}

type Ended = Portion & { before: string };

/** A run may have more task runs and logs than one transaction should delete: then part of them is deleted first. */
async function dropFlowRuns(scope: WriteScope, { before, limit }: Ended): Promise<number> {
  const { isOneOf } = scope.dialect;
  const runs = await texts(
    scope,
    sql`select id from flow_run where end_time < ${before} and parent_task_run_id is null
      and ${isOneOf(sql.ref("state_type"), finalTypes)} order by end_time, id ${atMost(limit)}`,
  );
  for (let count = runs.length; count > 0; count = Math.floor(count / 2)) {
    const some = runs.slice(0, count);
    const ofSome = isOneOf(sql.ref("flow_run_id"), some);
    const tasks = await texts(scope, sql`select id from task_run where ${ofSome} ${atMost(limit + 1)}`);
    const logs = await numbers(scope, sql`select seq from log where ${ofSome} ${atMost(limit + 1)}`);
    const isSmall = tasks.length <= limit && logs.length <= limit;
    if (isSmall) {
      await dropRuns(scope, some);
      // Runs remain while only part of their rows is deleted.
      return count < runs.length ? limit : count;
    }
    if (count > 1) continue;
    await dropTasks(scope, isOneOf(sql.ref("id"), tasks.slice(0, limit)));
    dropSeqs(scope, "log", logs.slice(0, limit));
    return limit;
  }
  return 0;
}

async function dropCached(scope: WriteScope, { now, limit }: Portion & { now: string }): Promise<number> {
  const ids = await texts(
    scope,
    sql`select state_id as id from task_run_cache where cache_expiration < ${now}
      or not exists (select 1 from task_run_state where task_run_state.id = task_run_cache.state_id
        and task_run_state.told = 0) ${atMost(limit)}`,
  );
  if (ids.length > 0) {
    scope.write(sql`delete from task_run_cache where ${scope.dialect.isOneOf(sql.ref("state_id"), ids)}`);
  }
  return ids.length;
}

const texts = async (scope: WriteScope, query: RawBuilder<{ id: string }>): Promise<string[]> =>
  (await scope.all(query)).map(({ id }) => id);

const numbers = async (scope: WriteScope, query: RawBuilder<{ seq: number }>): Promise<number[]> =>
  (await scope.all(query)).map(({ seq }) => seq);
