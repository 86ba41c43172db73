import { sql } from "kysely";
import type { LeaseHolder } from "../../schema/concurrency-limits.ts";
import { timestamp } from "../../schema/scalars.ts";
import { awaitingSlot } from "../../schema/states.ts";
import type { RunRef, SlotBoard, SlotLease } from "../../schema/waiting.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { flowRunRef, type RefRow, readRefs, refFrom } from "../run-index/run-refs.ts";
import type { LeaseTable, LimitTable } from "../tables.ts";
import { holderOf, readLease, takenAt } from "./limit-rows.ts";
import { reportRelease } from "./slot-releases.ts";
import { endLease } from "./slots.ts";

// Holders and waiters of a limit: four statements, regardless of the number of boards.

/** The holders of limits' slots, and the waiters for them. */
export const slotNoun = noun(
  {
    /**
     * By name: the boards of all limits, or of the given ones. `waiters`: the flow runs that wait for a slot of their
     * deployment; others wait in held requests and are not stored.
     */
    boards,
    /** Flow runs that wait for a free slot of their deployment: as many as there are free slots, round-robin. */
    next: nextRuns,
    /** The existing ones. */
    runs: readRefs,
  },
  {
    /** Revokes the lease and records the event `praetor.slot.released`. */
    release,
  },
);

type LeaseRow = LeaseTable & { limit_id: string };
type WaiterRow = RefRow & { limit_id: string; waiting_since: string };

async function boards(scope: Scope, names: readonly string[] | null): Promise<SlotBoard[]> {
  const { isOneOf } = scope.dialect;
  const wanted = names === null ? sql`1 = 1` : isOneOf(sql.ref("name"), names);
  const limits = await scope.all(
    sql<LimitTable>`select * from concurrency_limit where ${wanted} order by name`,
  );
  const ids = limits.map(({ id }) => id);
  const leases = await scope.all(sql<LeaseRow>`select lease.*, lease_limit.limit_id from lease_limit
    join lease on lease.id = lease_limit.lease_id
    where ${isOneOf(sql.ref("lease_limit.limit_id"), ids)} order by lease.created, lease.id`);
  const waiters = await waitingRuns(scope, ids);
  const holders = leases.flatMap(({ holder_id }) => holder_id ?? []);
  const runs = new Map((await readRefs(scope, holders)).map((run) => [run.id, run]));
  return limits.map((limit) => ({
    ...{ id: limit.id, created: limit.created, updated: limit.updated, name: limit.name },
    ...{ limit: limit.slot_limit, active: limit.active === 1 },
    slot_decay_per_second: limit.slot_decay_per_second,
    used: takenAt(limit, scope.now()),
    leases: leases.filter(({ limit_id }) => limit_id === limit.id).map((row) => leaseFrom(row, runs)),
    waiters: waiters
      .filter(({ limit_id }) => limit_id === limit.id)
      .map((row) => ({ run: refFrom(row), since: row.waiting_since })),
  }));
}

const waits = sql`${awaitingSlot}`;
export const awaitsSlot = sql<boolean>`flow_run.state_type = 'SCHEDULED' and flow_run.state_name = ${waits}`;
/** Runs that found no slot of their deployment's limit retry, and wait since the first attempt. */
export const waitingSince = sql`(select min(own.timestamp) from flow_run_state as own
  where own.flow_run_id = flow_run.id and own.name = ${waits} and own.timestamp > coalesce((
    select max(other.timestamp) from flow_run_state as other
    where other.flow_run_id = flow_run.id and other.name <> ${waits}), ''))`;

const waitingRuns = (scope: Scope, limitIds: readonly string[]): Promise<WaiterRow[]> =>
  scope.all(sql<WaiterRow>`select ${flowRunRef}, deployment.limit_id, ${waitingSince} as waiting_since
    from flow_run join deployment on deployment.id = flow_run.deployment_id
    where flow_run.state_type = 'SCHEDULED' and flow_run.state_name = ${waits}
      and ${scope.dialect.isOneOf(sql.ref("deployment.limit_id"), limitIds)}
    order by waiting_since, flow_run.id`);

type NextRow = LimitTable & { run_id: string; next_scheduled_start_time: string; retry_type: string | null };

/** From the limits of deployments to their few waiting runs, not in the other direction. */
async function nextRuns(scope: Scope): Promise<string[]> {
  const { joinNext, field } = scope.dialect;
  const rows = await scope.all(sql<NextRow>`select own_limit.*, flow_run.id as run_id,
      flow_run.next_scheduled_start_time, ${field(sql`flow_run.empirical_policy`, "retry_type")} as retry_type
    from deployment ${joinNext} concurrency_limit as own_limit on own_limit.id = deployment.limit_id
    ${joinNext} flow_run on flow_run.deployment_id = deployment.id
      and flow_run.next_scheduled_start_time is not null
    where own_limit.active = 1
      and (own_limit.active_slots < own_limit.slot_limit or own_limit.slot_decay_per_second > 0)
      and flow_run.state_type = 'SCHEDULED' and flow_run.state_name = ${waits}
    order by ${waitingSince}, flow_run.id`);
  const now = timestamp(scope.now());
  const room = new Map(rows.map((row) => [row.id, row.slot_limit - takenAt(row, scope.now())]));
  const take = (row: NextRow) => {
    const left = room.get(row.id) ?? 0;
    room.set(row.id, left - 1);
    return left > 0;
  };
  // Runs whose scheduled time has come retry themselves and take precedence; those that wait in their process do not.
  const triesItself = (row: NextRow) =>
    row.next_scheduled_start_time <= now && row.retry_type !== "in_process";
  for (const row of rows) if (triesItself(row)) take(row);
  return rows.filter((row) => !triesItself(row) && take(row)).map(({ run_id }) => run_id);
}

const leaseFrom = (row: LeaseRow, runs: ReadonlyMap<string, RunRef>): SlotLease => {
  const holder = holderOf(row);
  return {
    id: row.id,
    slots: row.slots,
    since: row.created,
    expires: row.expires,
    holder: holder && (runs.get(holder.id) ?? unknownRun(holder)),
  };
};

/** A task run may hold a slot before its first event arrives. */
export function unknownRun({ type, id }: LeaseHolder): RunRef | null {
  if (type === "deployment") return null;
  const kind = type === "flow_run" ? "flow-run" : "task-run";
  return { kind, id, name: id, flow_run_id: null, state_type: null, state_name: null, since: null };
}

async function release(scope: WriteScope, leaseId: string): Promise<boolean> {
  const lease = await readLease(scope, leaseId);
  if (!lease) return false;
  await endLease(scope, lease);
  reportRelease(scope, lease);
  return true;
}
