import { expect, test } from "vitest";
import { choicesOf, questionOf } from "./choices.ts";
import { changed, completionTrend, percent } from "./counts.ts";
import { searchable } from "./failures.ts";
import { queryOf } from "./view.ts";

test("a group is found again by the longest words that its messages share", () => {
  expect(searchable("could not parse record 1841: expected 12 columns")).toBe("could not parse record");
});

const form = (properties: object, description: string | null = null) => ({
  schema: { type: "object", properties },
  description,
});

test.each([
  [form({ approve: { type: "boolean", title: "Approve" } }), ["Approve", "Reject"]],
  [form({ notify: { type: "boolean", title: "Notify" } }), ["Notify: yes", "Notify: no"]],
  [form({ segment: { type: "string", enum: ["new", "old"] } }), ["new", "old"]],
  [form({ segment: { type: "string", enum: ["a", "b", "c", "d", "e"] } }), []],
  [form({ name: { type: "string" } }), []],
  [form({ approve: { type: "boolean" }, name: { type: "string" } }), []],
  [{ schema: null, description: null }, []],
  [null, []],
])("the answers that take one press: %j", (asked, labels) => {
  expect(choicesOf(asked).map(({ label }) => label)).toEqual(labels);
});

test("an answer of one press is what the form would send", () => {
  const choices = choicesOf(form({ approve: { type: "boolean" } }));
  expect(choices.map(({ input }) => input)).toEqual([{ approve: true }, { approve: false }]);
});

test("the question is the first line of the description, without marks", () => {
  expect(questionOf(form({}, "\n## Release **2026.12** to `production`?\n\nSee below."))).toBe(
    "Release 2026.12 to production?",
  );
  expect(questionOf(form({}))).toBeUndefined();
});

test.each([
  [1, "100 %"],
  [0.979, "97.9 %"],
  [0.99999, "99.9 %"],
  [0, "0 %"],
])("%f is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [18, 13, "yesterday", "+5 since yesterday"],
  [2, 3, "the hour before", "−1 on the hour before"],
  [2, 2, "yesterday", "as many as yesterday"],
])("%i after %i", (now, before, than, text) => {
  expect(changed(now, before, than)).toBe(text);
});

test("where nothing ended the share of completed runs stays as it was", () => {
  const interval = (states: [type: "COMPLETED" | "FAILED", count: number][]) => ({
    ...{ interval_start: "", interval_end: "" },
    states: states.map(([state_type, count_runs]) => ({
      ...{ state_type, state_name: state_type, count_runs },
      ...{ sum_estimated_run_time: 0, sum_estimated_lateness: 0 },
    })),
  });
  const history = [
    interval([]),
    interval([
      ["COMPLETED", 3],
      ["FAILED", 1],
    ]),
    interval([]),
  ];
  expect(completionTrend(history)).toEqual([0.75, 0.75]);
});

test("a link to Runs carries the tags of the page", () => {
  const view = { range: "6h", tags: ["prod", "data team"], subflows: false } as const;
  expect(queryOf(view, "state:failed")).toBe('state:failed tag:prod tag:"data team" since:6h');
  expect(queryOf(view, "state:running", false)).toBe('state:running tag:prod tag:"data team"');
});
