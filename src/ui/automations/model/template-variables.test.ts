import { expect, test } from "vitest";
import { givenTrigger } from "./presets.ts";
import { completed, openExpression, variablesFor } from "./template-variables.ts";

test("templates of a trigger are offered what its events know", () => {
  expect(variablesFor(givenTrigger({})).map(({ name }) => name)).toContain("flow_run.state.message");
  const pool = variablesFor(givenTrigger({ preset: "pool-not-ready" })).map(({ name }) => name);
  expect(pool).toContain("work_pool.name");
  expect(pool).not.toContain("flow_run.name");
});

test.each([
  ["Hello {{ flo|", "Hello {{ flow.name }}|"],
  ["Hello {{|}} there", "Hello {{ flow.name }}| there"],
  ["{{ a }} and {{ f| }}!", "{{ a }} and {{ flow.name }}|!"],
  ["{{ a }} no|", "{{ a }} no|"],
])("%s is completed to %s", (before, after) => {
  const caret = before.indexOf("|");
  const done = completed(before.replace("|", ""), caret, "flow.name");
  expect(`${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`).toBe(after);
});

test("no expression is open behind its end", () => {
  expect(openExpression("{{ a }} ", 8)).toBeUndefined();
  expect(openExpression("{{ flow", 7)).toEqual({ from: 2, typed: "flow" });
});
