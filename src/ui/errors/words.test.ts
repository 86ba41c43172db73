import { expect, test } from "vitest";
import type { FailureGroup } from "../../schema/failures.ts";
import { standingOf, standingWords, titleOf, whereOf } from "./words.ts";

const group = (more: Partial<FailureGroup>): FailureGroup => ({
  ...{ id: "1", created: "", updated: "", error_type: "ValueError", message: "no city" },
  ...{ frames: [], status: "open", status_since: "", ignored_until: null, regressed: null },
  ...{ count: 1, flow_runs: 1, first_seen: "", last_seen: "", first_run: null, last_run: null },
  ...{ flows: [], deployments: [], tasks: [], versions: [], recent: 0, counts: [] },
  ...more,
});
const now = Date.parse("2026-11-22T12:00:00Z");

test.each([
  [{}, "ValueError: no city"],
  [{ error_type: "Failed" }, "no city"],
  [{ error_type: "Crashed", message: "" }, "Crashed"],
  [{ error_type: "", message: "" }, "No message"],
])("%j is called %s", (more, title) => {
  expect(titleOf(group(more))).toBe(title);
});

test.each([
  [[], ""],
  [[{ file: "flows/etl.py", function: "load" }], "load in flows/etl.py"],
  [[{ file: "flows/etl.py", function: null }], "flows/etl.py"],
])("the place of %j is “%s”", (frames, place) => {
  expect(whereOf(group({ frames }))).toBe(place);
});

test.each<[Partial<FailureGroup>, string, string]>([
  [{}, "open", "Open"],
  [{ regressed: "2026-11-22T11:00:00Z" }, "reopened", "Reopened"],
  [{ status: "resolved" }, "resolved", "Resolved"],
  [{ status: "ignored" }, "ignored", "Ignored"],
  [{ status: "ignored", ignored_until: "2026-11-24T07:15:00Z" }, "ignored", "Ignored until 24 Nov 07:15"],
  [{ status: "ignored", ignored_until: "2026-11-22T11:59:00Z" }, "open", "Open"],
])("%j is %s", (more, standing, words) => {
  expect(standingOf(group(more), now)).toBe(standing);
  expect(standingWords(group(more), { now, zone: "UTC" })).toBe(words);
});
