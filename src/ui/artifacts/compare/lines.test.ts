import { expect, test } from "vitest";
import { differenceOf } from "./lines.ts";

const signs = { same: " ", removed: "-", added: "+" } as const;
const written = (before: string, after: string) =>
  differenceOf([...before], [...after])
    .map(({ kind, text }) => `${signs[kind]}${text}`)
    .join("");

test.each([
  ["abc", "abc", " a b c"],
  ["abc", "abxc", " a b+x c"],
  ["abc", "ac", " a-b c"],
  ["abc", "axc", " a-b+x c"],
  ["", "ab", "+a+b"],
  ["ab", "", "-a-b"],
  ["abcabba", "cbabac", "-a-b c+b a b-b a+c"],
])("from %s to %s", (before, after, expected) => {
  expect(written(before, after)).toBe(expected);
});

test("lines are numbered in the text that has them", () => {
  const lines = differenceOf(["a", "b", "c"], ["a", "x", "c"]);
  expect(lines.map(({ before, after }) => [before, after])).toEqual([
    [1, 1],
    [2, undefined],
    [undefined, 2],
    [3, 3],
  ]);
});

test("any two texts: what is removed and same is the one, what is added and same the other", () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 5;
  };
  for (let round = 0; round < 200; round += 1) {
    const [before, after] = [0, 1].map(() => Array.from({ length: next() * 6 }, () => String(next())));
    const lines = differenceOf(before ?? [], after ?? []);
    expect(lines.flatMap(({ kind, text }) => (kind === "added" ? [] : [text]))).toEqual(before);
    expect(lines.flatMap(({ kind, text }) => (kind === "removed" ? [] : [text]))).toEqual(after);
  }
});

test("texts of ten thousand lines that have nothing in common are compared at once", () => {
  const text = (of: string) => Array.from({ length: 10_000 }, (_, index) => `${of} ${index}`);
  const began = performance.now();
  expect(differenceOf(text("a"), text("b"))).toHaveLength(20_000);
  expect(performance.now() - began).toBeLessThan(5_000);
});
