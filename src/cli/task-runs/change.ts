import type { Client } from "../../client/client.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import { changeAll, outcomeOf, type StateOptions, stateFrom } from "../run-changes.ts";
import { UserError } from "../user-error.ts";

interface ChangeOptions {
  yes?: boolean;
  json?: boolean;
}

export function setState(ids: string[], options: StateOptions): Promise<void> {
  const { state, force } = stateFrom(options);
  return changeAll({
    ...{ ids, options, find },
    change: async (client, { id, state_id: expected_state_id }) =>
      outcomeOf(await client.call(taskRuns.setState, { id, state, force, expected_state_id })),
  });
}

export const rename = (id: string, name: string, options: ChangeOptions): Promise<void> =>
  changeAll({
    ...{ ids: [id], options, find },
    change: async (client, run) => {
      await client.call(taskRuns.update, { id: run.id, name });
      return { text: `renamed to ${name}` };
    },
  });

export const remove = (ids: string[], options: ChangeOptions): Promise<void> =>
  changeAll({
    ...{ ids, options, find, confirm: "task run" },
    change: async (client, { id }) => {
      await client.call(taskRuns.delete, { id });
      return { text: "deleted" };
    },
  });

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Task runs by whole ids: names are not unique. */
async function find(client: Client, texts: readonly string[]): Promise<TaskRun[]> {
  const ids = [...new Set(texts)];
  const wrong = ids.find((text) => !uuid.test(text));
  if (wrong !== undefined) throw new UserError(`Expected the id of a task run, got ${wrong}.`);
  return Promise.all(
    ids.map(async (id) => {
      const [run] = await client.call(taskRuns.filter, { task_runs: { id: { any_: [id] } }, limit: 1 });
      if (!run) throw new UserError(`No task run with id ${id}.`);
      return run;
    }),
  );
}
