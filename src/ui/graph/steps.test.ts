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
const panes = { right: { width: 2400, height: 150 }, down: { width: 300, height: 900 } };
type Towards = keyof typeof panes;
/** The arrow that leads on, and back; to the next beside, and to the one before. */
const arrows = {
  right: { on: "ArrowRight", back: "ArrowLeft", next: "ArrowDown", before: "ArrowUp" },
  down: { on: "ArrowDown", back: "ArrowUp", next: "ArrowRight", before: "ArrowLeft" },
} as const satisfies Record<Towards, Record<string, Direction>>;

const walk = (
  towards: Towards,
  opened: readonly number[],
  from: number,
  ...steps: (keyof typeof arrows.right)[]
) => {
  const scene = sceneOf(layoutGraph(input, { opened: new Set(opened), pane: panes[towards] }));
  expect(scene.layout.arrangement.direction).toBe(towards);
  return steps.reduce<number | undefined>(
    (node, step) => (node === undefined ? undefined : stepFrom(scene, node, arrows[towards][step])),
    from,
  );
};

test.each(["right", "down"] as const)(
  "arrows along a graph that goes %s follow the edges, through a closed family",
  (towards) => {
    expect(walk(towards, [], 0, "on")).toBe(1);
    expect(walk(towards, [], 0, "on", "on")).toBe(11);
    expect(walk(towards, [], 11, "back", "back")).toBe(0);
    expect(walk(towards, [], 0, "back")).toBeUndefined();
  },
);

test.each(["right", "down"] as const)(
  "arrows across a graph that goes %s reach every member of an opened family, in order",
  (towards) => {
    for (const steps of members.keys()) {
      expect(walk(towards, [1], 1, ...Array.from({ length: steps }, () => "next" as const))).toBe(1 + steps);
      expect(walk(towards, [1], 10, ...Array.from({ length: steps }, () => "before" as const))).toBe(
        10 - steps,
      );
    }
  },
);
