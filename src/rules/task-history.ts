import { commonName } from "../schema/common-name.ts";
import type { TaskHistory, TaskHistoryCell } from "../schema/task-history.ts";

/** The number of task runs of one task in one run, per state type. */
export interface CountedTaskRuns extends TaskHistoryCell {
  task_key: string;
  first_name: string;
  last_name: string;
  /** Of the one with the first name. */
  dynamic_key: string;
  /** When the first of them began; null where none has. */
  start: string | null;
}

/** Groups counts into rows of tasks, in the order in which the newest run began them, at most `most`. */
export function tasksOf(counted: readonly CountedTaskRuns[], most: number): TaskHistory["tasks"] {
  const tasks = [...Map.groupBy(counted, ({ task_key }) => task_key)].map(([task_key, rows]) => {
    const newest = rows.reduce((a, b) => (b.run > a.run || (b.run === a.run && began(b) < began(a)) ? b : a));
    const cells = rows
      .map(({ run, state_type, count, task_run_id, seconds }) => ({
        ...{ run, state_type, count, task_run_id, seconds },
      }))
      .toSorted((a, b) => a.run - b.run);
    return { newest, task: { task_key, name: nameOf(rows), cells } };
  });
  return tasks
    .toSorted((a, b) => b.newest.run - a.newest.run || (began(a.newest) < began(b.newest) ? -1 : 1))
    .slice(0, most)
    .map(({ task }) => task);
}

const began = ({ start }: CountedTaskRuns): string => start ?? "~";

function nameOf(rows: readonly CountedTaskRuns[]): string {
  const names = rows.flatMap(({ first_name, last_name }) => [first_name, last_name]).toSorted();
  const [first = ""] = names;
  const last = names.at(-1) ?? "";
  if (first !== last) return commonName(names);
  // `load-0`: the number is a prefix of the dynamic key.
  const [, name, number = ""] = /^(.+)-([^-]+)$/.exec(first) ?? [];
  return name && rows.every(({ dynamic_key }) => dynamic_key.startsWith(number)) ? name : first;
}
