import { expect, test } from "vitest";
import { arrived, merge } from "./head-changes.ts";

const row = (at: number) => ({ id: String(at), at });
const newestFirst = (a: { at: number }, b: { at: number }) => b.at - a.at;
const pages = (next: { token: string } | null, ...times: number[]) => [
  { results: times.map(row), next, matching: 90 },
];

test("rows of a stream wait once each, and come in at their place with the count of matches", () => {
  const shown = pages({ token: "more" }, 30, 20, 10);
  const first = arrived(shown, null, [row(40), row(30)], newestFirst);
  const both = arrived(shown, first, [row(25), row(40)], newestFirst);
  expect(both.fresh.map(({ at }) => at)).toEqual([25, 40]);
  const [head] = merge(shown, both, newestFirst);
  expect(head?.results.map(({ at }) => at)).toEqual([40, 30, 25, 20, 10]);
  expect(head?.matching).toBe(92);
});

test("a row that belongs below those that were read comes with the next page; at the end of the list it comes in", () => {
  expect(arrived(pages({ token: "more" }, 30), null, [row(5)], newestFirst).fresh).toEqual([]);
  expect(arrived(pages(null, 30), null, [row(5)], newestFirst).fresh).toEqual([row(5)]);
});

test("so many that they would make the head too long begin the list anew", () => {
  const burst = Array.from({ length: 600 }, (_, at) => row(100 + at));
  expect(arrived(pages(null, 30), null, burst, newestFirst)).toMatchObject({ gap: true });
  expect(arrived(pages(null, 30), null, burst.slice(0, 400), newestFirst)).toMatchObject({ gap: false });
});
