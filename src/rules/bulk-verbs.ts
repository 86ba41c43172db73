import { isFinal, type StateType } from "../schema/state-types.ts";

interface Run {
  state_type: StateType | null;
  deployment_id: string | null;
}

const ended = (run: Run): boolean => run.state_type !== null && isFinal(run.state_type);

const ofScript = "started by a script, so only the script can repeat it";

/** Why a verb does not apply to a run in its present state; undefined when it does. */
export const objectionsToRuns = {
  cancel: (run: Run) =>
    ended(run) ? "already ended" : run.state_type === "CANCELLING" ? "already being cancelled" : undefined,
  pause: (run: Run) => (run.state_type === "RUNNING" ? undefined : "is not running"),
  resume: (run: Run) => (run.state_type === "PAUSED" ? undefined : "is not paused"),
  retry: (run: Run) => {
    if (!ended(run)) return "has not ended";
    return run.deployment_id === null ? ofScript : undefined;
  },
  delete: () => undefined,
  set_state: () => undefined,
  add_tags: () => undefined,
} as const;

/** Why the run cannot be run again; undefined when it can. */
export function objectionToRunAgain(run: {
  deployment_id: string | null;
  parent_task_run_id: string | null;
}): string | undefined {
  if (run.deployment_id !== null) return undefined;
  return run.parent_task_run_id === null ? ofScript : "called by another run, which has to be run again";
}

/** Why a request based on another state of the run is refused. */
export const hasChanged = (state_name: string | null): string =>
  `has changed since you looked at it: it is ${state_name ?? "without a state"} now`;

export const wasDeleted = "was deleted meanwhile";

/** The same for task runs; the orchestration rules decide which states may follow. */
export const objectionsToTaskRuns = {
  set_state: () => undefined,
  delete: () => undefined,
} as const;

/** The same for deployments. */
export const objectionsToDeployments = {
  run: () => undefined,
  add_tags: () => undefined,
  pause: ({ paused }: { paused: boolean }) => (paused ? "already paused" : undefined),
  resume: ({ paused }: { paused: boolean }) => (paused ? undefined : "not paused"),
  delete: () => undefined,
} as const;
