import { type RawBuilder, sql } from "kysely";
import { isFinal, stateTypes } from "../../schema/state-types.ts";
import type { Scope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import type { Portion } from "./retention.ts";

const unfinished = stateTypes.filter((type) => !isFinal(type));
const stoppable = unfinished.filter((type) => type !== "CANCELLING");

export const overdueNoun = noun({
  /** Flow runs still scheduled whose time was before `before`. */
  late: (scope: Scope, { before, limit }: Portion & { before: string }): Promise<string[]> =>
    ids(
      scope,
      sql<{ id: string }>`select id from flow_run
          where state_name = 'Scheduled' and next_scheduled_start_time <= ${before}
          order by next_scheduled_start_time, id ${atMost(limit)}`,
    ),
  /** Paused flow runs whose timeout had passed at `now`. */
  pauses: (scope: Scope, { now, limit }: Portion & { now: string }): Promise<string[]> => {
    const timeout = scope.dialect.field(sql.ref("state.state_details"), "pause_timeout");
    return ids(
      scope,
      sql<{
        id: string;
      }>`select flow_run.id from flow_run join flow_run_state as state on state.id = flow_run.state_id
          where flow_run.state_type = 'PAUSED' and ${timeout} <= ${now} order by ${timeout} ${atMost(limit)}`,
    );
  },
  /** Flow runs that have been cancelling since before `before`. */
  cancellings: (scope: Scope, { before, limit }: Portion & { before: string }): Promise<string[]> =>
    ids(
      scope,
      sql<{
        id: string;
      }>`select id from flow_run where state_type = 'CANCELLING' and state_timestamp <= ${before}
          order by state_timestamp ${atMost(limit)}`,
    ),
  /** Unfinished task runs of flow runs that were cancelled after `since`; without those of subflows. */
  taskRunsOfCancelled: (scope: Scope, { since, limit }: Portion & { since: string }): Promise<string[]> =>
    ids(
      scope,
      sql<{
        id: string;
      }>`select task_run.id from flow_run join task_run on task_run.flow_run_id = flow_run.id
          where flow_run.state_type = 'CANCELLED' and flow_run.end_time > ${since}
            and ${scope.dialect.isOneOf(sql.ref("task_run.state_type"), unfinished)}
            and not exists (select 1 from flow_run as child where child.parent_task_run_id = task_run.id)
          order by flow_run.end_time, task_run.id ${atMost(limit)}`,
    ),
  /** Unfinished subflows of flow runs that were cancelled after `since`, except those being cancelled. */
  subflowsOfCancelled: (scope: Scope, { since, limit }: Portion & { since: string }): Promise<string[]> =>
    ids(
      scope,
      sql<{ id: string }>`select child.id from flow_run join task_run on task_run.flow_run_id = flow_run.id
          join flow_run as child on child.parent_task_run_id = task_run.id
          where flow_run.state_type = 'CANCELLED' and flow_run.end_time > ${since}
            and ${scope.dialect.isOneOf(sql.ref("child.state_type"), stoppable)}
          order by flow_run.end_time, child.id ${atMost(limit)}`,
    ),
  /**
   * Runs with a missing local process: claimed before `before`, not started, and without a
   * log line since then. Pools that start processes elsewhere may wait hours for a machine, and are excluded.
   */
  claims: (
    scope: Scope,
    { before, isRenewed, limit }: Portion & { before: string; isRenewed: boolean },
  ): Promise<string[]> =>
    ids(
      scope,
      sql<{
        id: string;
      }>`select run.id from flow_run as run left join work_queue as queue on queue.id = run.work_queue_id
          left join work_pool as pool on pool.id = queue.work_pool_id
          where run.state_type = 'PENDING' and run.state_timestamp <= ${before} and run.deployment_id is not null
            and ${isRenewed ? renewedClaim : unrenewedClaim(before)}
          order by run.state_timestamp ${atMost(limit)}`,
    ),
});

/** Our runner sets an attempt token on its claim and renews it every ten seconds. */
const isNamed = sql`coalesce(run.attempt_tokens, '-') not like '-%'`;
const renewedClaim = isNamed;
const unrenewedClaim = (
  before: string,
) => sql`not (${isNamed}) and (pool.type is null or pool.type = 'process')
  and not exists (select 1 from log where log.flow_run_id = run.id and log.timestamp > ${before})`;

const ids = async (scope: Scope, query: RawBuilder<{ id: string }>): Promise<string[]> =>
  (await scope.all(query)).map(({ id }) => id);
