import { objectionsToRuns } from "../../rules/bulk-verbs.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import type { OrchestrationResult, StateType } from "../../schema/states.ts";
import type { Action } from "./blast-radius.tsx";

/** What an action needs to know of a flow run. */
export interface ActionTarget {
  id: string;
  name: string;
  flow_id: string;
  state_type: StateType | null;
  state_name: string | null;
  deployment_id: string | null;
}

export type RunAction = Action<ActionTarget>;

const of = { one: "flow run", many: "flow runs", noun: "flow-runs" } as const;
const idsOf = (runs: readonly ActionTarget[]): string => runs.map((run) => run.id).join(" ");

/** What can be done to flow runs from lists and from their own page. */
export const runActions = {
  cancel: {
    of,
    verb: "Cancel",
    done: "Cancelled",
    danger: true,
    consequence: "Running tasks are asked to stop; runs that have not begun end at once.",
    objection: objectionsToRuns.cancel,
    perform: async (client, id) => {
      const answer = await client.call(flowRuns.setState, { id, state: { type: "CANCELLING" } });
      // A run that never began is cancelled outright, which the server tells as a replacement.
      return answer.status === "REJECT" && answer.state?.type === "CANCELLED" ? undefined : refusalOf(answer);
    },
    command: (runs) => `praetor flow-run cancel ${idsOf(runs)}`,
  },
  pause: {
    of,
    verb: "Pause",
    done: "Paused",
    danger: false,
    consequence:
      "No task of it begins until somebody resumes it. What runs already goes on; a flow in Python is not held.",
    objection: objectionsToRuns.pause,
    perform: async (client, id) =>
      refusalOf(await client.call(flowRuns.setState, { id, state: { type: "PAUSED" } })),
    command: (runs) => `praetor flow-run pause ${idsOf(runs)}`,
  },
  retry: {
    of,
    verb: "Retry",
    done: "Scheduled again",
    danger: false,
    consequence: "Each run starts again under its own id; tasks with a persisted result are not repeated.",
    objection: objectionsToRuns.retry,
    perform: async (client, id) => {
      const state = { type: "SCHEDULED", name: "AwaitingRetry" } as const;
      return refusalOf(await client.call(flowRuns.setState, { id, state, force: true }));
    },
    command: (runs) => `praetor flow-run retry ${idsOf(runs)}`,
  },
  delete: {
    of,
    verb: "Delete",
    done: "Deleted",
    danger: true,
    consequence: "The runs, their task runs and their logs are gone for good.",
    objection: objectionsToRuns.delete,
    perform: async (client, id) => {
      await client.call(flowRuns.delete, { id });
      return undefined;
    },
    command: (runs) => `praetor flow-run delete ${idsOf(runs)}`,
  },
} as const satisfies Record<string, RunAction>;

/** A run that waits for its time is taken out; as it stays, cancelled, its schedule does not make it again. */
export const skip: RunAction = {
  ...runActions.cancel,
  verb: "Skip",
  done: "Skipped",
  danger: false,
  consequence: "The run is cancelled before it begins, and its schedule goes on with the next one.",
};

/** Why the server declined; undefined when it did not. */
export function refusalOf({ status, details }: OrchestrationResult): string | undefined {
  if (status === "ACCEPT") return undefined;
  return ("reason" in details ? details.reason : null) ?? `the server answered ${status}`;
}
