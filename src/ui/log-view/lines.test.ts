import { expect, test } from "vitest";
import type { Log } from "../../schema/logs.ts";
import { filterOf, matches } from "./lines.ts";

const line = (flow_run_id: string | null): Log => ({
  ...{ id: "l", created: null, updated: null, name: "prefect.flow_runs", level: 20, message: "Read 3 rows" },
  ...{ timestamp: "2026-11-22T07:15:24.912472Z", flow_run_id, task_run_id: null },
});

test("with its subflows, a log holds the lines of all of them and of no other run", () => {
  const query = { flowRunId: "run", subflowIds: ["a", "b"], level: 0, text: "" };
  expect(filterOf(query)).toEqual({ flow_run_id: { any_: ["run", "a", "b"] } });
  expect(["run", "a", "b", "c", null].map((id) => matches(line(id), query))).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
  expect(matches(line("a"), { ...query, text: "no such" })).toBe(false);
  expect(matches(line("a"), { flowRunId: "run", level: 0, text: "" })).toBe(false);
});

test("a logger and the time of an attempt narrow a log, on the server and for lines that come", () => {
  const query = {
    ...{ flowRunId: "run", level: 0, text: "", logger: "prefect.flow_runs" },
    ...{ after: "2026-11-22T07:15:00.000000Z", before: "2026-11-22T07:16:00.000000Z" },
  };
  expect(filterOf(query)).toEqual({
    flow_run_id: { any_: ["run"] },
    name: { any_: ["prefect.flow_runs"] },
    timestamp: { after_: "2026-11-22T07:15:00.000000Z", before_: "2026-11-22T07:16:00.000000Z" },
  });
  expect(matches(line("run"), query)).toBe(true);
  expect(matches(line("run"), { ...query, logger: "console" })).toBe(false);
  expect(matches(line("run"), { ...query, after: "2026-11-22T07:15:30.000000Z" })).toBe(false);
});
