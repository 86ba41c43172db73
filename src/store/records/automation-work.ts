import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import type { AutomationTables } from "../automation-tables.ts";
import { eventFrom } from "../engine/event-rows.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import type { Clause } from "../sql/dialect.ts";
import { combined, startsWithAny } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import type { FullEventTable } from "../tables.ts";
import { type BucketRow, bucketFrom, bucketKey, writeBucket } from "./automation-buckets.ts";
import type {
  AutomationTask,
  EnabledAutomation,
  EventQuery,
  FiringRate,
  Progress,
  StoredBucket,
} from "./automation-rows.ts";
import { automationFrom } from "./automations.ts";

// The pending work between an event and the actions of an automation.

type TaskRow = AutomationTables["automation_task"];

export const automationWorkNoun = noun(
  {
    progress: async (scope: Scope): Promise<Progress> => {
      const row = await scope.first(sql<{ seq: number; revision: number; last: number }>`
        select seq, revision, (select coalesce(max(seq), 0) from event) as last from automation_progress`);
      return row ?? { seq: 0, revision: 0, last: 0 };
    },
    enabled: async (scope: Scope): Promise<EnabledAutomation[]> => {
      const rows = await scope.all(
        sql<AutomationTables["automation"]>`select * from automation where enabled = 1 order by id`,
      );
      return rows.map((row) => ({ ...automationFrom(row), heard_from: row.heard_from }));
    },
    /** In the order in which they were stored. */
    events: eventsOf,
    /** The same without payloads, the latest first. */
    eventHeads: headsOf,
    /** The position of the first event that occurred at a time or later; undefined where none did. */
    firstSince: async (scope: Scope, time: string): Promise<number | undefined> => {
      const row = await scope.first(
        sql<{ seq: number }>`select seq from event where occurred >= ${time} order by occurred ${atMost(1)}`,
      );
      return row?.seq;
    },
    buckets: async (scope: Scope, ids: readonly string[]): Promise<StoredBucket[]> => {
      if (ids.length === 0) return [];
      const among = scope.dialect.isOneOf(sql.ref("place"), ids.map(bucketKey));
      return (await scope.all(sql<BucketRow>`select * from automation_bucket where ${among}`)).map(
        bucketFrom,
      );
    },
    /** By the ids of automations, of those that have fired since they were enabled. */
    rates: async (scope: Scope, ids: readonly string[]): Promise<Map<string, FiringRate>> => {
      const among = scope.dialect.isOneOf(sql.ref("automation_id"), ids);
      const rows = await scope.all(
        sql<AutomationTables["automation_rate"]>`select * from automation_rate where ${among}`,
      );
      return new Map(rows.map(({ automation_id, ...rate }) => [automation_id, rate]));
    },
    dueBuckets: async (scope: Scope, time: string, limit: number): Promise<StoredBucket[]> => {
      const rows = await scope.all(
        sql<BucketRow>`select * from automation_bucket where due <= ${time} order by due, id ${atMost(limit)}`,
      );
      return rows.map(bucketFrom);
    },
    dueTasks: async (scope: Scope, time: string, limit: number): Promise<AutomationTask[]> => {
      const rows = await scope.all(
        sql<TaskRow>`select * from automation_task where due <= ${time} order by due, id ${atMost(limit)}`,
      );
      return rows.map(taskFrom);
    },
    readTask: async (scope: Scope, id: string): Promise<AutomationTask | undefined> => {
      const row = await scope.first(sql<TaskRow>`select * from automation_task where id = ${id}`);
      return row && taskFrom(row);
    },
    /** When the next bucket and the next task are due. */
    next: async (scope: Scope): Promise<{ bucket: string | null; task: string | null }> => {
      const row = await scope.first(sql<{ bucket: string | null; task: string | null }>`
        select (select min(due) from automation_bucket where due is not null) as bucket,
          (select min(due) from automation_task) as task`);
      return row ?? { bucket: null, task: null };
    },
  },
  {},
  {
    moveTo: (scope: WriteScope, seq: number): void =>
      scope.write(scope.dialect.build.updateTable("automation_progress").set({ seq })),
    keepBucket: writeBucket,
    dropBucket: (scope: WriteScope, id: string): void =>
      scope.write(scope.dialect.build.deleteFrom("automation_bucket").where("place", "=", bucketKey(id))),
    keepRate: (scope: WriteScope, automation_id: string, rate: FiringRate): void =>
      scope.write(
        scope.dialect.build
          .insertInto("automation_rate")
          .values({ automation_id, ...rate })
          .onConflict((conflict) => conflict.column("automation_id").doUpdateSet({ ...rate })),
      ),
    addTask: (scope: WriteScope, { action, context, ...task }: Omit<AutomationTask, "attempts">): void => {
      const texts = { action: JSON.stringify(action), context: JSON.stringify(context) };
      const row = { ...task, ...texts, created: scope.time, attempts: 0 };
      scope.write(scope.dialect.build.insertInto("automation_task").values(row));
    },
    /** Postpones a task, and counts the attempt. */
    postpone: (scope: WriteScope, id: string, due: string): void =>
      scope.write({
        sql: "update automation_task set due = ?, attempts = attempts + 1 where id = ?",
        values: [due, id],
      }),
    /** The same without counting. */
    putOff: (scope: WriteScope, id: string, due: string): void =>
      scope.write(scope.dialect.build.updateTable("automation_task").set({ due }).where("id", "=", id)),
    /** Tells the live channel that an automation has fired, or ended an action: its row is the same. */
    reportActivity: (scope: WriteScope, id: string): void => scope.changed("automations", "updated", id),
    dropTask: (scope: WriteScope, id: string): void =>
      scope.write(scope.dialect.build.deleteFrom("automation_task").where("id", "=", id)),
  },
);

const taskFrom = ({ created: _, action, context, ...row }: TaskRow): AutomationTask => ({
  ...row,
  action: parseExact(action),
  context: parseExact(context),
});

async function eventsOf(scope: Scope, query: EventQuery) {
  const { after, until, limit } = query;
  const rows = await scope.all(sql<FullEventTable>`select * from full_event as event
    where event.seq > ${after} and event.seq <= ${until} and ${queryClause(scope, query)}
    order by event.seq ${atMost(limit)}`);
  return rows.map((row) => ({ seq: row.seq, event: eventFrom(row) }));
}

async function headsOf(scope: Scope, query: EventQuery) {
  const { after, until, limit } = query;
  const rows = await scope.all(sql<FullEventTable>`
    select id, seq, occurred, received, event, follows, resource, related, '{}' as payload
    from full_event as event
    where event.seq > ${after} and event.seq <= ${until} and ${queryClause(scope, query)}
    order by event.seq desc ${atMost(limit)}`);
  return rows.map((row) => ({ seq: row.seq, event: eventFrom(row) }));
}

function queryClause({ dialect }: Scope, { isAll, names, prefixes, resources }: EventQuery): Clause {
  if (isAll) return sql`1 = 1`;
  const name = sql.ref("event.event");
  const clauses = [
    ...(names.length > 0 ? [dialect.isOneOf(name, names)] : []),
    ...(prefixes.length > 0 ? [startsWithAny(dialect, name, prefixes)] : []),
    ...(resources.length > 0 ? [startsWithAny(dialect, sql.ref("event.resource_id"), resources)] : []),
  ];
  return combined(clauses, "or_") ?? sql`1 = 0`;
}
