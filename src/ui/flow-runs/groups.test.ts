import { expect, test } from "vitest";
import type { RunGroup } from "../../schema/run-groups.ts";
import { compileQuery } from "../lists/compile-query.ts";
import { queryLanguage } from "../lists/query-fields.ts";
import { read } from "../lists/query-text.ts";
import { fieldsOf } from "./fields.ts";
import { filterOfGroup, type GroupBy, groupByText, narrowed, readGroupBy, tagKeysOf } from "./groups.ts";

const group = (value: string | null, label = value): RunGroup => ({
  ...{ value, label, state_type: null, count: 1 },
});
const id = "01a202c9-9323-7893-bb27-c2c9c6e6f179";

test.each(["state", "flow", "deployment", "version", "tag.project", "tag.a.b"])(
  "%s is read as the address has it",
  (text) => {
    const grouping = readGroupBy(text);
    expect(grouping && groupByText(grouping)).toBe(text);
  },
);
test.each(["", "tag", "tag.", "tag.a b", "name", null])("%j is no grouping", (text) => {
  expect(readGroupBy(text)).toBeUndefined();
});

test("keys of tags are what stands before the first sign", () => {
  expect(tagKeysOf(["project=42", "project:7", "team:a=b", "prod", "a b=1", "x="])).toEqual([
    "project",
    "team",
  ]);
});

const state: GroupBy = { by: "state" };
const project: GroupBy = { by: "tag", key: "project" };
test.each([
  ["", state, group("FAILED/Failed", "Failed"), 'state:"Failed"'],
  ["state:failed,crashed since:1h", state, group("FAILED/TimedOut", "TimedOut"), "since:1h state:TimedOut"],
  ["", { by: "flow" }, group(id, "daily etl"), 'flow:"daily etl"'],
  ["", { by: "deployment" }, group(id, "etl/nightly"), 'deployment:"etl/nightly"'],
  ["tag:a", { by: "deployment" }, group(null), "tag:a deployment:none"],
  ["", { by: "version" }, group("1.4"), "version:1.4"],
  ["", { by: "version" }, group("none"), 'version:"none"'],
  ["", { by: "version" }, group(null), "version:none"],
  ["tag:a", project, group("project=42"), "tag:a tag:project=42"],
  ["", project, group("project=*"), 'tag:"project=*"'],
  ["", project, group(null), "-tag:project=* -tag:project:*"],
] as const)("%j narrowed by %o to %o", (q, grouping, to, expected) => {
  const text = narrowed(q, grouping, to);
  expect(text).toBe(expected);
  expect(read(text, queryLanguage(fieldsOf["flow-runs"])).misunderstood).toEqual([]);
});

test.each([
  [state, group("FAILED/Failed", "Failed")],
  [{ by: "version" }, group("1.4")],
  [{ by: "version" }, group(null)],
  [{ by: "deployment" }, group(null)],
  [project, group("project=42")],
  [project, group(null)],
] as const)(
  "by %o, rows of %o are those of the narrowed query, beside its other conditions",
  (grouping, to) => {
    const list = fieldsOf["flow-runs"];
    const compile = (q: string) => compileQuery(read(q, queryLanguage(list)), list, { now: 0 }).server;
    const before = "tag:x -tag:y err:z";
    const rows = filterOfGroup(compile(before), "flow-runs", { grouping, value: to.value });
    const asked = compile(narrowed(before, grouping, to));
    // Of a state, the rows are asked for by its type as well.
    if (grouping.by === "state") expect(rows.flow_runs?.state?.name).toEqual(asked.flow_runs?.state?.name);
    else expect(rows).toMatchObject(asked);
    expect(rows.flow_runs?.praetor?.message).toEqual(asked.flow_runs?.praetor?.message);
  },
);

test("task runs are those of their own state and tags, and of the flow of their run", () => {
  expect(filterOfGroup({}, "task-runs", { grouping: state, value: "RUNNING/Running" })).toEqual({
    task_runs: { state: { type: { any_: ["RUNNING"] }, name: { any_: ["Running"] } } },
  });
  expect(filterOfGroup({}, "task-runs", { grouping: project, value: "project=1" })).toEqual({
    task_runs: { tags: { all_: ["project=1"] } },
  });
  expect(filterOfGroup({}, "task-runs", { grouping: { by: "flow" }, value: id })).toEqual({
    flows: { id: { any_: [id] } },
  });
});
