import fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "./arrays.ts";
import { lanesOf } from "./lanes.ts";

const bars = fc.array(
  fc.record({ start: fc.nat(1000), length: fc.integer({ min: 1, max: 200 }), parent: fc.nat(40) }),
  {
    maxLength: 200,
  },
);

const asInput = (list: { start: number; length: number; parent: number }[]) => ({
  start: Float64Array.from(list, (bar) => bar.start),
  end: Float64Array.from(list, (bar) => bar.start + bar.length),
  parent: Int32Array.from(list, (bar, i) => (bar.parent < i ? bar.parent : -1)),
});

test("bars on one lane never overlap", () => {
  fc.assert(
    fc.property(bars, (list) => {
      const input = asInput(list);
      const { lane } = lanesOf(input);
      const byLane = Map.groupBy(list.keys(), (i) => at(lane, i));
      for (const members of byLane.values()) {
        const sorted = [...members].sort((a, b) => at(input.start, a) - at(input.start, b));
        sorted.slice(1).forEach((bar, i) => {
          expect(at(input.start, bar)).toBeGreaterThanOrEqual(at(input.end, sorted[i] ?? 0));
        });
      }
    }),
    { numRuns: 300 },
  );
});

test("there are never more lanes than bars at once", () => {
  fc.assert(
    fc.property(bars, (list) => {
      const input = asInput(list);
      const { count } = lanesOf(input);
      const atOnce = list.map(
        (_, i) =>
          list.filter(
            (_, j) => at(input.start, j) <= at(input.start, i) && at(input.end, j) > at(input.start, i),
          ).length,
      );
      expect(count).toBeLessThanOrEqual(Math.max(0, ...atOnce));
    }),
  );
});

test("a chain stays on its lane though a lane above is free", () => {
  const { lane } = lanesOf({ start: [0, 0, 5, 10], end: [5, 10, 20, 20], parent: [-1, -1, -1, 1] });
  expect([...lane]).toEqual([0, 1, 0, 1]);
});

test("50,000 bars at once take 50,000 lanes and no recursion", () => {
  const start = new Float64Array(50_000);
  const { count } = lanesOf({ start, end: start.map(() => 1), parent: new Int32Array(50_000).fill(-1) });
  expect(count).toBe(50_000);
});
