import fc from "fast-check";
import { expect, test } from "vitest";
import { globMatcher } from "./globs.ts";

/** Reference implementation by regular expression: correct, but not in bounded time. */
const oracle = (glob: string) =>
  new RegExp(
    `^${glob
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "su",
  );

test("globs match what the regular expression matches", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "😀", "*", "?", ".", "[", "\n"), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (glob, value) => globMatcher(glob)(value) === oracle(glob).test(value)),
    { seed: 20_263, numRuns: 5000 },
  );
});

test.each([
  ["", "", true],
  ["*", "", true],
  ["?", "", false],
  ["prefect.flow-run.*", "prefect.flow-run.1", true],
  ["a*b?c", "aXXbYc", true],
  ["a*b?c", "aXXbc", false],
])("'%s' and '%s': %s", (glob, value, expected) => {
  expect(globMatcher(glob)(value)).toBe(expected);
});

test("a glob with catastrophic backtracking as a regular expression is matched at once", () => {
  const began = performance.now();
  expect(globMatcher(`${"*a".repeat(200)}b`)("a".repeat(2000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});
