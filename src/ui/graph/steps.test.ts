import { expect, test } from "vitest";
import { ragged } from "./layout/arrays.ts";
import { layoutGraph } from "./layout/layout.ts";
import { sceneOf } from "./scene.ts";
import { type Direction, stepFrom } from "./steps.ts";

/** One task, ten that follow it, and one that follows them all. */
const members = Array.from({ length: 10 }, (_, index) => index + 1);
const input = {
  count: 12,
  parents: ragged(12, [...members, ...members.map(() => 11)], [...members.map(() => 0), ...members]),
  within: new Int32Array(12).fill(-1),
  container: new Int32Array(12).fill(-1),
  key: Int32Array.from([0, ...members.map(() => 1), 2]),
};
/** Wide enough for the layers to go to the right. */
const pane = { width: 4000, height: 900 };
const walk = (opened: readonly number[], from: number, ...directions: Direction[]) => {
  const scene = sceneOf(layoutGraph(input, { opened: new Set(opened), pane }));
  return directions.reduce<number | undefined>(
    (node, direction) => (node === undefined ? undefined : stepFrom(scene, node, direction)),
    from,
  );
};

test("left and right follow the edges, through a family that is drawn as one", () => {
  expect(walk([], 0, "ArrowRight")).toBe(1);
  expect(walk([], 0, "ArrowRight", "ArrowRight")).toBe(11);
  expect(walk([], 11, "ArrowLeft", "ArrowLeft")).toBe(0);
  expect(walk([], 0, "ArrowLeft")).toBeUndefined();
});

test("up and down reach every member of an opened family, in order", () => {
  for (const steps of members.keys()) {
    expect(walk([1], 1, ...Array.from({ length: steps }, () => "ArrowDown" as const))).toBe(1 + steps);
    expect(walk([1], 10, ...Array.from({ length: steps }, () => "ArrowUp" as const))).toBe(10 - steps);
  }
});
