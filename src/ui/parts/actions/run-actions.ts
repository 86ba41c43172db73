import { commandRun } from "../../../client/run-commands.ts";
import { objectionsToRuns } from "../../../rules/bulk-verbs.ts";
import { flowRuns } from "../../../schema/flow-runs.ts";
import type { RunVerb } from "../../../schema/run-commands.ts";
import type { StateType } from "../../../schema/states.ts";
import type { Action } from "./blast-radius.tsx";
import { refusalOf } from "./refusal.ts";
import { runCommands } from "./run-commands.ts";
import { type StateChoice, stateInput } from "./state-choice.ts";

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
const ids = (runs: readonly { id: string }[]): string[] => runs.map((run) => run.id);
const idsOf = (runs: readonly ActionTarget[]): string => ids(runs).join(" ");

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
    deletes: true,
    done: "Deleted",
    danger: true,
    consequence:
      "Runs, their task runs and their logs are deleted permanently. Subflow runs and artifacts are kept.",
    objection: objectionsToRuns.delete,
    perform: performing("delete"),
    command: (runs) => `praetor flow-run delete ${idsOf(runs)}`,
  },
} as const satisfies Record<string, RunAction>;

/** The state in which a run was seen is sent along: one that has changed since is left as it is. */
export const setState = (choice: StateChoice): RunAction => ({
  ...{ of, verb: "Set state of", done: "State set for", danger: choice.force },
  consequence: "Running code is not notified. Cancel runs to stop them.",
  objection: objectionsToRuns.set_state,
  perform: async (client, { id, state_id }) =>
    refusalOf(
      await client.call(flowRuns.setState, { id, ...stateInput(choice), expected_state_id: state_id }),
    ),
  command: (runs) => runCommands.setState("flow-run", ids(runs), choice),
});

export const addTags = (tags: readonly string[]): RunAction => ({
  ...{ of, verb: "Add tags to", done: "Tagged", danger: false },
  consequence: "Added to the tags that each run has. Task runs keep theirs.",
  objection: objectionsToRuns.add_tags,
  perform: async (client, { id }) => {
    const { tags: before } = await client.call(flowRuns.read, { id });
    await client.call(flowRuns.update, { id, tags: [...new Set([...before, ...tags])] });
    return undefined;
  },
  command: (runs) => runCommands.tag(ids(runs), { add: tags }),
});

/** A run that waits for its time is taken out; as it stays, cancelled, its schedule does not make it again. */
export const skip: RunAction = {
  ...runActions.cancel,
  verb: "Skip",
  done: "Skipped",
  danger: false,
  consequence: "The run is cancelled before it starts. The schedule continues with the next run.",
};
