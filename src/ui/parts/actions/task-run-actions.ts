import { objectionsToTaskRuns } from "../../../rules/bulk-verbs.ts";
import type { StateType } from "../../../schema/state-types.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import type { Action } from "./blast-radius.tsx";
import { refusalOf } from "./refusal.ts";
import { runCommands } from "./run-commands.ts";
import { type StateChoice, stateInput } from "./state-choice.ts";

/** What an action needs to know of a task run. */
interface TaskTarget {
  id: string;
  name: string;
  /** The state in which it was seen. */
  state_id: string | null;
  state_type: StateType | null;
  state_name: string | null;
}

export type TaskRunAction = Action<TaskTarget>;

const of = { one: "task run", many: "task runs", noun: "task-runs" } as const;

export const setTaskState = (choice: StateChoice): TaskRunAction => ({
  ...{ of, verb: "Set state of", done: "State set for", danger: choice.force },
  consequence: "Running code is not notified, and the states of the flow runs stay as they are.",
  objection: objectionsToTaskRuns.set_state,
  perform: async (client, { id, state_id }) =>
    refusalOf(
      await client.call(taskRuns.setState, { id, ...stateInput(choice), expected_state_id: state_id }),
    ),
  command: (runs) =>
    runCommands.setState(
      "task-run",
      runs.map(({ id }) => id),
      choice,
    ),
});

export const deleteTaskRuns: TaskRunAction = {
  ...{ of, verb: "Delete", done: "Deleted", danger: true, deletes: true },
  consequence: "Task runs and their states are deleted permanently. Log lines stay with the flow runs.",
  objection: objectionsToTaskRuns.delete,
  perform: async (client, { id }) => {
    await client.call(taskRuns.delete, { id });
    return undefined;
  },
  command: (runs) => `praetor task-run delete ${runs.map(({ id }) => id).join(" ")}`,
};
