import { expect, test } from "vitest";
import { areaOf, firstSight, type Viewport } from "./camera.ts";
import { at, ragged } from "./layout/arrays.ts";
import type { GraphInput } from "./layout/layers.ts";
import { layoutGraph } from "./layout/layout.ts";
import { labelSize, nodeLabel } from "./legibility.ts";
import { type Scene, sceneOf } from "./scene.ts";

interface Task {
  name: string;
  parents: number[];
}

/** Names as SDKs give them: that of the function, and a number. */
function inputOf(tasks: readonly Task[]): GraphInput {
  const keys = [...new Set(tasks.map(({ name }) => name))];
  return {
    count: tasks.length,
    parents: ragged(
      tasks.length,
      tasks.flatMap(({ parents }, task) => parents.map(() => task)),
      tasks.flatMap(({ parents }) => parents),
    ),
    within: new Int32Array(tasks.length).fill(-1),
    container: new Int32Array(tasks.length).fill(-1),
    key: Int32Array.from(tasks, ({ name }) => keys.indexOf(name)),
    chars: Int32Array.from(tasks, ({ name }) => name.length + 4),
  };
}

const many = (count: number, task: (i: number) => Task): Task[] =>
  Array.from({ length: count }, (_, i) => task(i));
const upTo = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

const shapes: Record<string, Task[]> = {
  "one task": [{ name: "ping", parents: [] }],
  "ten tasks": [
    { name: "extract-orders", parents: [] },
    { name: "extract-customers", parents: [] },
    { name: "extract-prices", parents: [] },
    { name: "validate-orders", parents: [0] },
    { name: "validate-customers", parents: [1] },
    { name: "join", parents: [3, 4] },
    { name: "enrich-with-prices", parents: [5, 2] },
    { name: "load-warehouse", parents: [6] },
    { name: "audit", parents: [6] },
    { name: "publish-report", parents: [7, 8] },
  ],
  "40 in a chain": many(40, (i) => ({ name: `step-of-migration-${i}`, parents: i === 0 ? [] : [i - 1] })),
  "200 in ten layers": many(200, (i) => {
    const before = (Math.floor(i / 20) - 1) * 20;
    return { name: "step", parents: before < 0 ? [] : [before + (i % 20), before + ((i * 7 + 3) % 20)] };
  }),
  "2,000 mapped": [
    { name: "list-images", parents: [] },
    ...many(2000, () => ({ name: "resize", parents: [0] })),
    { name: "publish", parents: upTo(1, 2000) },
  ],
  "12 subflows": [
    { name: "list-countries", parents: [] },
    ...many(12, (i) => ({ name: `country-report-${i}`, parents: [0] })),
    { name: "publish", parents: upTo(1, 12) },
  ],
  "ten without a dependency": many(10, (i) => ({ name: `check-number-${i}`, parents: [] })),
  "three parts that no dependency joins": [
    { name: "extract-orders", parents: [] },
    { name: "validate-orders", parents: [0] },
    { name: "extract-prices", parents: [] },
    { name: "join", parents: [2] },
    { name: "enrich", parents: [3] },
    ...many(24, () => ({ name: "transform", parents: [] })),
    { name: "load-1", parents: [] },
    { name: "load-2", parents: [] },
    { name: "load-3", parents: [] },
    { name: "publish", parents: [29, 30, 31] },
  ],
};

/** The pane of the graph on a page of 1440×900, of 1920×1080, beside the details, and on a phone. */
const panes = [
  { width: 1196, height: 372 },
  { width: 1252, height: 448 },
  { width: 1700, height: 560 },
  { width: 720, height: 640 },
  { width: 390, height: 420 },
];

/** How much of the pane's smaller side the part of the graph that is in view takes. */
function usedOf(scene: Scene, viewport: Viewport, size: { width: number; height: number }): number {
  const area = areaOf({ viewport, ...size });
  const seen = scene.within(area);
  const isWide = size.width >= size.height;
  const [start, length] = isWide ? (["y", "height"] as const) : (["x", "width"] as const);
  const first = Math.max(area[start], Math.min(...seen.map((item) => item[start])));
  const last = Math.min(
    area[start] + area[length],
    Math.max(...seen.map((item) => item[start] + item[length])),
  );
  return (last - first) / area[length];
}

const cases = Object.entries(shapes).flatMap(([name, tasks]) =>
  panes.map((pane) => [name, pane, tasks] as const),
);

test.each(cases)("%s in %o can be read at first sight", (_, pane, tasks) => {
  const layout = layoutGraph(inputOf(tasks), { pane });
  const scene = sceneOf(layout);
  const viewport = firstSight(scene, pane, [0]);
  // Every label, the smallest included, has at least 11 pixels on the screen.
  expect(labelSize(viewport.zoom)).toBeGreaterThanOrEqual(11);
  const shortest = Math.min(...scene.within(areaOf({ viewport, ...pane })).map((item) => item.width));
  expect(nodeLabel(shortest, viewport.zoom)).toBeGreaterThanOrEqual(8);
  // The first task is in view.
  const area = areaOf({ viewport, ...pane });
  const first = scene.itemOf(0);
  expect(first && first.x >= area.x && first.y >= area.y).toBe(true);
  // Few tasks stand in the middle as large as life; from ten on they use the pane.
  if (tasks.length < 10) {
    expect(viewport.zoom).toBe(1);
    expect(viewport.x + (layout.width / 2) * viewport.zoom).toBeCloseTo(pane.width / 2, 3);
  } else expect(usedOf(scene, viewport, pane)).toBeGreaterThanOrEqual(0.5);
  // Every dependency is drawn, or counted on the edge of a family.
  const counted = layout.edges.weight.reduce((sum, weight) => sum + weight, 0);
  expect(counted).toBe(tasks.reduce((sum, { parents }) => sum + parents.length, 0));
  for (let edge = 0; edge < layout.edges.from.length; edge++)
    expect(at(layout.paths.start, edge + 1) - at(layout.paths.start, edge)).toBeGreaterThanOrEqual(2);
});

test("200 tasks of one function with parents of their own are 200 cards", () => {
  const tasks = shapes["200 in ten layers"] ?? [];
  expect(layoutGraph(inputOf(tasks)).boxes.count).toBe(200);
});
