import { describe, expect, test } from "vitest";
import {
  answerTo,
  chainLabels,
  chainOf,
  counted,
  extended,
  joined,
  longestChain,
  maxAnswers,
  type Rate,
  rateMs,
} from "./chains.ts";

const firing = (id: string, chain: string[]) => ({
  event: "prefect.automation.triggered",
  resource: { "prefect.resource.id": `prefect.automation.${id}`, ...chainLabels(chain) },
});
const long = Array.from({ length: longestChain }, (_, at) => `other-${at}`);

describe("a chain", () => {
  test("is read as it was written and never exceeds its maximum length", () => {
    expect(chainOf({})).toEqual([]);
    expect(chainOf({ "praetor.automation-chain": 5 })).toEqual([]);
    expect(chainLabels([])).toEqual({});
    expect(chainOf(chainLabels(["a", "b"]))).toEqual(["a", "b"]);
    expect(chainOf(chainLabels([...long, "a"]))).toHaveLength(longestChain);
    expect(extended(long, "a")).toEqual([...long.slice(1), "a"]);
  });

  test("holds each automation once, where it fired last", () => {
    expect(extended(["a", "b"], "a")).toEqual(["b", "a"]);
    expect(joined([["a", "b"], ["c"], ["a"]])).toEqual(["b", "c", "a"]);
    expect(joined([])).toEqual([]);
  });

  test.each([
    ["may", firing("b", ["b"])],
    ["may", firing("b", ["c", "b"])],
    ["own", firing("a", ["b", "a"])],
    ["ended", firing("b", ["a", "b"])],
    ["ended", firing("other-4", long)],
    ["may", { ...firing("b", ["a", "b"]), event: "prefect.automation.updated" }],
    ["may", { event: "prefect.flow-run.Failed", resource: chainLabels(long) }],
  ] as const)("%s be answered by an automation: %o", (answer, event) => {
    expect(answerTo(event, "a")).toBe(answer);
  });
});

describe("a rate", () => {
  const isLoopAfter = (times: number, isAnswer: boolean, ms = 0) => {
    let rate: Rate | undefined;
    let isLoop = false;
    for (let at = 0; at < times; at++) ({ rate, isLoop } = counted(rate, at * ms, isAnswer));
    return isLoop;
  };

  test("of answers to automations is a loop above its limit", () => {
    expect(isLoopAfter(maxAnswers, true)).toBe(false);
    expect(isLoopAfter(maxAnswers + 1, true)).toBe(true);
    expect(isLoopAfter(maxAnswers * 3, true, rateMs / maxAnswers)).toBe(false);
  });

  test("of answers to other events is a loop only above a far higher limit", () => {
    expect(isLoopAfter(10_000, false)).toBe(false);
    expect(isLoopAfter(10_001, false)).toBe(true);
  });
});
