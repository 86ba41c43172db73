import type { FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { WriteScope } from "../engine/scope.ts";
import { inPortions, jsonOrNull, newId } from "../sql/rows.ts";
import { randomName } from "./random-name.ts";

/**
 * A run to be stored. Its first state is no part of it: write it with `writeState` in the same transaction.
 * `state` of the route's input is therefore ignored here.
 */
export type NewFlowRun = Parsed<typeof flowRuns.create> & {
  /** Made when absent. */
  id?: string;
  created_by?: FlowRun["created_by"];
  deployment_version?: string | null;
  /** Whether a missing queue is created. */
  makesQueue?: boolean;
};

// Rows of new flow runs, from a request or a schedule.

type Tagged = Record<"start_time" | "expected_start_time" | "state_type" | "state_name", string | null>;

/** Columns of the run repeated in the tag table, from which pages of a tag and a state are read in order. */
export const tagged = (run: Tagged) => ({
  start: run.start_time ?? run.expected_start_time ?? "",
  state_type: run.state_type ?? "",
  state_name: run.state_name ?? "",
});

export function writeTags(scope: WriteScope, run: Tagged & { id: string }, tags: readonly string[]): void {
  const rows = [...new Set(tags)].map((tag) => ({ tag, flow_run_id: run.id, ...tagged(run) }));
  for (const some of inPortions(rows))
    scope.write(scope.dialect.build.insertInto("flow_run_tag").values(some));
}

export function initialRow(scope: WriteScope, input: NewFlowRun) {
  return {
    id: input.id ?? newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    version: 1,
    flow_id: input.flow_id,
    name: input.name || randomName(),
    tags: JSON.stringify(input.tags),
    deployment_id: input.deployment_id,
    deployment_version: input.deployment_version ?? null,
    flow_version: input.flow_version,
    parameters: JSON.stringify(input.parameters),
    idempotency_key: input.idempotency_key,
    context: JSON.stringify(input.context),
    empirical_policy: JSON.stringify(input.empirical_policy),
    parent_task_run_id: input.parent_task_run_id,
    auto_scheduled: 0,
    infrastructure_document_id: input.infrastructure_document_id,
    infrastructure_pid: null,
    created_by: jsonOrNull(input.created_by),
    job_variables: jsonOrNull(input.job_variables),
    attempt_tokens: null,
    state_id: null,
    state_type: null,
    state_name: null,
    state_timestamp: null,
    run_count: 0,
    expected_start_time: null,
    next_scheduled_start_time: null,
    start_time: null,
    end_time: null,
    total_run_time: 0,
  };
}
