import fc from "fast-check";
import { expect, test } from "vitest";
import { readStateWord, stateWordProblem, stateWords } from "./state-names.ts";
import { nearest, unknownWord } from "./suggestions.ts";

const options = [
  "retries",
  "retryDelay",
  "retryJitter",
  "timeout",
  "tags",
  "failOn",
  "runName",
  "logConsole",
];
const states = ["Running", "Failed", "Crashed", "Completed", "AwaitingRetry", "Late"];

test.each([
  ["retires", options, "retries"],
  ["retry_delay", options, "retryDelay"],
  ["retry_delay_seconds", options, "retryDelay"],
  ["timeout_seconds", options, "timeout"],
  ["flow_run_name", options, "runName"],
  ["timeOut", options, "timeout"],
  ["tag", options, "tags"],
  ["tgas", options, "tags"],
  ["fail-on", options, "failOn"],
  ["cacheKey", options, undefined],
  ["x", options, undefined],
  ["", options, undefined],
  ["faild", states, "Failed"],
  ["late", states, "Late"],
  ["complete", states, "Completed"],
  ["awaiting retry", states, "AwaitingRetry"],
  ["nope", states, undefined],
  ["a".repeat(100_000), ["a".repeat(50)], "a".repeat(50)],
])("%s among %j may mean %s", (input, names, meant) => {
  expect(nearest(input, names)).toBe(meant);
});

test("a word with one letter left out, doubled or exchanged is found again", () => {
  // "erunning" is one letter away from two of them.
  const words = stateWords.filter((word) => word !== "rerunning");
  const mistyped = fc
    .constantFrom(...words)
    .chain((word) =>
      fc.tuple(
        fc.constant(word),
        fc.nat({ max: word.length - 2 }),
        fc.constantFrom("left", "doubled", "exchanged"),
      ),
    );
  fc.assert(
    fc.property(mistyped, ([word, at, how]) => {
      const [start, one, two, end] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
      const exchanged = `${start}${two}${one}${end}`;
      const wrong = { left: `${start}${two}${end}`, doubled: `${start}${one}${one}${two}${end}`, exchanged }[
        how
      ];
      expect(nearest(wrong, stateWords)).toBe(word);
    }),
  );
});

test("the error for an unknown word has the nearest one, or the expected ones", () => {
  expect(unknownWord("state", "faild", stateWords)).toBe("there is no state “faild”; did you mean failed?");
  expect(unknownWord("parameter", "zone", ["region", "batch"])).toBe(
    "there is no parameter “zone”; expected region, batch",
  );
  expect(unknownWord("parameter", "zone", [])).toBe("there is no parameter “zone”");
});

test.each([
  ["late", { kind: "name", name: "Late" }],
  ["timedout", { kind: "name", name: "TimedOut" }],
  ["timed-out", { kind: "name", name: "TimedOut" }],
  ["FAILED", { kind: "type", type: "FAILED" }],
  ["needs REVIEW", { kind: "name", name: "Needs review" }],
])("%s is understood in any case of letters", (text, expected) => {
  const seen = ["Needs review"];
  expect(readStateWord(text, seen)).toEqual(expected);
  expect(stateWordProblem(text, seen)).toBeUndefined();
});
