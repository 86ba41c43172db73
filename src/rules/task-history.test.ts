import { expect, test } from "vitest";
import { type CountedTaskRuns, tasksOf } from "./task-history.ts";

const row = (more: Partial<CountedTaskRuns>): CountedTaskRuns => ({
  ...{ run: 0, state_type: "COMPLETED", count: 1, task_run_id: "one", seconds: 1, task_key: "load" },
  ...{ first_name: "load-0", last_name: "load-0", dynamic_key: "0", start: "2026-03-01T10:00:00Z" },
  ...more,
});

test("tasks are ordered as the newest run began them, followed by tasks it did not call", () => {
  const tasks = tasksOf(
    [
      row({ task_key: "old", first_name: "old", last_name: "old" }),
      row({ run: 1, task_key: "second", start: "2026-03-01T10:00:02Z" }),
      row({ run: 1, task_key: "first", start: "2026-03-01T10:00:01Z" }),
      row({ task_key: "second", state_type: "FAILED", task_run_id: "bad" }),
    ],
    10,
  );
  expect(tasks.map(({ task_key }) => task_key)).toEqual(["first", "second", "old"]);
  expect(tasks[1]?.cells).toMatchObject([
    { run: 0, state_type: "FAILED", task_run_id: "bad" },
    { run: 1, state_type: "COMPLETED" },
  ]);
  expect(tasksOf([row({}), row({ task_key: "other" })], 1)).toHaveLength(1);
});

test.each([
  ["numbered from nought in each run", [row({}), row({ run: 1 })], "load"],
  ["named by the user", [row({ first_name: "load-eu", last_name: "load-eu" })], "load-eu"],
  ["mapped", [row({ first_name: "load-0", last_name: "load-99" })], "load"],
  [
    "with the beginning of an id",
    [row({ first_name: "load-a3f", last_name: "load-d01", dynamic_key: "a3f7" })],
    "load",
  ],
])("a task is called after what the names of its runs have in common: %s", (_, rows, name) => {
  expect(tasksOf(rows, 10)[0]?.name).toBe(name);
});
