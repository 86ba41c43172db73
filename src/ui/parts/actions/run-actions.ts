import { commandRun } from "../../../client/run-commands.ts";
import { objectionsToRuns } from "../../../rules/bulk-verbs.ts";
import type { RunVerb } from "../../../schema/run-commands.ts";
import type { OrchestrationResult, StateType } from "../../../schema/states.ts";
import type { Action } from "./blast-radius.tsx";

/** What an action needs to know of a flow run. */
export interface ActionTarget {
  id: string;
  name: string;
  flow_id: string;
  /** The state in which it was seen. */
  state_id: string | null;
  state_type: StateType | null;
  state_name: string | null;
  deployment_id: string | null;
}

export type RunAction = Action<ActionTarget>;

const of = { one: "flow run", many: "flow runs", noun: "flow-runs" } as const;
const idsOf = (runs: readonly ActionTarget[]): string => runs.map((run) => run.id).join(" ");

const performing =
  (verb: RunVerb): RunAction["perform"] =>
  async (client, run) =>
    (await commandRun(client, verb, run)).reason ?? undefined;

/** What can be done to flow runs from lists and from their own page. */
export const runActions = {
  cancel: {
    of,
    verb: "Cancel",
    // Its process ends it in its own time.
    done: "Cancel requested for",
    danger: true,
    consequence: "Running tasks are asked to stop. Runs that have not started end at once.",
    objection: objectionsToRuns.cancel,
    perform: performing("cancel"),
    command: (runs) => `praetor flow-run cancel ${idsOf(runs)}`,
  },
  pause: {
    of,
    verb: "Pause",
    done: "Paused",
    danger: false,
    consequence:
      "No new task starts until the run is resumed. Running tasks continue; Python flows are not held.",
    objection: objectionsToRuns.pause,
    perform: performing("pause"),
    command: (runs) => `praetor flow-run pause ${idsOf(runs)}`,
  },
  retry: {
    of,
    verb: "Retry",
    done: "Retry scheduled for",
    danger: false,
    consequence: "Each run starts again with the same ID. Tasks with a persisted result are not run again.",
    objection: objectionsToRuns.retry,
    perform: performing("retry"),
    command: (runs) => `praetor flow-run retry ${idsOf(runs)}`,
  },
  delete: {
    of,
    verb: "Delete",
    done: "Deleted",
    danger: true,
    consequence:
      "Runs, their task runs and their logs are deleted permanently. Subflow runs and artifacts are kept.",
    objection: objectionsToRuns.delete,
    perform: performing("delete"),
    command: (runs) => `praetor flow-run delete ${idsOf(runs)}`,
  },
} as const satisfies Record<string, RunAction>;

/** A run that waits for its time is taken out; as it stays, cancelled, its schedule does not make it again. */
export const skip: RunAction = {
  ...runActions.cancel,
  verb: "Skip",
  done: "Skipped",
  danger: false,
  consequence: "The run is cancelled before it starts. The schedule continues with the next run.",
};

/** Why the server declined; undefined when it did not. */
export function refusalOf({ status, details }: OrchestrationResult): string | undefined {
  if (status === "ACCEPT") return undefined;
  return ("reason" in details ? details.reason : null) ?? `the server answered ${status}`;
}
