import { runGroups } from "../../schema/run-groups.ts";
import { runSearch } from "../../schema/run-search.ts";
import { noDetails } from "../../schema/states.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import type { Store } from "../../store/store.ts";
import type { BackgroundTasks } from "../background-tasks.ts";
import { requesterOf } from "../forced-states.ts";
import { type Api, created, done, found, jsonOnce, Reply, serve } from "../serve.ts";
import { transitionTaskRun } from "../transition.ts";
import { checkHistory, unknownRun } from "./flow-runs.ts";

const unknown = "Task not found";
const pending = { type: "PENDING", name: null, message: null, state_details: noDetails } as const;

export function serveTaskRuns(api: Api, store: Store, tasks: BackgroundTasks): void {
  const rows = store.taskRuns;
  serve(api, taskRuns.create, async (input) => {
    const row = await store.transaction(async (tx) => {
      const made = await tx.taskRuns.create(input);
      if (!made.isNew) return made;
      const { run } = await transitionTaskRun(tx, made.row, {
        to: input.state ?? { ...pending },
        force: true,
      });
      return { row: run, isNew: true };
    });
    if (row.isNew) tasks.offer(row.row);
    return created<TaskRun>(row);
  });
  serve(api, taskRuns.read, async ({ id }) => found(await rows.read(id), unknown));
  serve(api, taskRuns.update, async (input) => {
    if (input.name !== undefined) return done(await rows.update(input), unknown);
    found(await rows.read(input.id), unknown);
    return undefined;
  });
  serve(api, taskRuns.delete, async ({ id }) => done(await rows.delete(id), unknown));
  serve(api, taskRuns.filter, async (input, c) => jsonOnce(await rows.filterJson(input), c));
  serve(api, runSearch.taskRuns, async (input, c) => jsonOnce(await rows.searchJson(input), c));
  serve(api, runGroups.taskRuns, (input) => rows.groups(input));
  serve(api, taskRuns.count, (input) => rows.count(input));
  serve(api, taskRuns.paginate, async (input, c) => jsonOnce(await rows.paginateJson(input), c));
  serve(api, taskRuns.history, (input) => rows.history(checkHistory(input)));
  serve(api, taskRuns.setState, async ({ id, state, force, expected_state_id: expected }, c) => {
    const transition = await store.transaction(async (tx) => {
      const run = await tx.taskRuns.lock(id);
      if (!run) throw unknownRun("Task", id);
      // Removes it from the queues of task workers.
      await tx.taskClaims.drop(id);
      return transitionTaskRun(tx, run, { to: state, force, expected, by: requesterOf(c) });
    });
    if (transition.isWritten) tasks.offerAgain(transition.run);
    return new Reply(transition.result, transition.isWritten ? 201 : 200);
  });
}
