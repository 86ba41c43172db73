import fc from "fast-check";
import { expect, test } from "vitest";
import { at, ragged } from "./arrays.ts";
import { extendLayout } from "./extend.ts";
import { familySize } from "./families.ts";
import type { GraphInput } from "./layers.ts";
import { isDrawnAlone, type Layout, layoutGraph, nodeHeight, nodeWidth } from "./layout.ts";

interface Node {
  key: number;
  parents: number[];
  within: number;
}

const inputOf = (nodes: readonly Node[]): GraphInput => ({
  count: nodes.length,
  parents: ragged(
    nodes.length,
    nodes.flatMap((node, i) => node.parents.map(() => i)),
    nodes.flatMap((node) => node.parents),
  ),
  within: Int32Array.from(nodes, (node) => node.within),
  container: new Int32Array(nodes.length).fill(-1),
  key: Int32Array.from(nodes, (node) => node.key),
});

/** Nodes whose parents come before them, as in a run. */
const dag = (most: number) =>
  fc
    .array(
      fc.record({
        key: fc.nat(5),
        back: fc.array(fc.nat(30), { maxLength: 3 }),
        within: fc.oneof(fc.constant(0), fc.nat(10)),
      }),
      { maxLength: most },
    )
    .map((nodes) =>
      nodes.map(({ key, back, within }, i) => ({
        key,
        parents: back.map((step) => i - 1 - step).filter((parent) => parent >= 0),
        within: within === 0 ? -1 : i - within,
      })),
    );

/** Anything, also what no server should send. */
const anyGraph = fc.array(
  fc.record({
    key: fc.nat(3),
    parents: fc.array(fc.integer({ min: -2, max: 80 }), { maxLength: 4 }),
    within: fc.integer({ min: -1, max: 80 }),
  }),
  { maxLength: 70 },
);

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function blockBoxes({ blocks, x, y }: Layout): Box[] {
  return Array.from({ length: blocks.count }, (_, block) => ({
    x: at(x, block),
    y: at(y, block),
    width: at(blocks.width, block),
    height: at(blocks.height, block),
  }));
}

/** Sweeps from left to right, so that 50,000 boxes are compared in reasonable time. */
function overlaps(boxes: Box[]): number {
  const sorted = boxes.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const open = new Map<number, Box[]>();
  let found = 0;
  for (const box of sorted) {
    const rows = [];
    for (let row = Math.floor(box.y / 200); row <= Math.floor((box.y + box.height) / 200); row++)
      rows.push(row);
    const near = new Set(rows.flatMap((row) => open.get(row) ?? []));
    for (const other of near) {
      const besides = other.x + other.width <= box.x + 1e-6;
      const apart = other.y + other.height <= box.y + 1e-6 || box.y + box.height <= other.y + 1e-6;
      if (!besides && !apart) found++;
    }
    for (const row of rows) {
      const kept = (open.get(row) ?? []).filter((other) => other.x + other.width > box.x);
      open.set(row, [...kept, box]);
    }
  }
  return found;
}

function backwardEdges({ edges, blocks, x }: Layout): number {
  let found = 0;
  for (let edge = 0; edge < edges.from.length; edge++) {
    const from = at(edges.from, edge);
    if (at(x, from) + at(blocks.width, from) > at(x, at(edges.to, edge)) + 1e-6) found++;
  }
  return found;
}

test("no two blocks overlap and every edge goes to the right", () => {
  fc.assert(
    fc.property(dag(150), (nodes) => {
      const layout = layoutGraph(inputOf(nodes));
      expect(overlaps(blockBoxes(layout))).toBe(0);
      expect(backwardEdges(layout)).toBe(0);
      expect([...layout.x, ...layout.y].every((value) => Number.isFinite(value) && value >= -1e-6)).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});

test("every parent of a graph without cycles is joined to its child", () => {
  fc.assert(
    fc.property(dag(80), (nodes) => {
      const { blocks, edges } = layoutGraph(inputOf(nodes));
      const drawn = new Set(Array.from(edges.from, (from, edge) => `${from}-${at(edges.to, edge)}`));
      nodes.forEach((node, child) => {
        for (const parent of node.parents)
          expect(drawn).toContain(`${at(blocks.of, parent)}-${at(blocks.of, child)}`);
      });
    }),
  );
});

test("cycles, self references and unknown parents still give a picture without overlaps", () => {
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const layout = layoutGraph(inputOf(nodes));
      expect(overlaps(blockBoxes(layout))).toBe(0);
      expect(backwardEdges(layout)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("the same graph is placed the same way twice", () => {
  fc.assert(
    fc.property(dag(120), (nodes) => {
      const once = layoutGraph(inputOf(nodes));
      const twice = layoutGraph(inputOf(nodes));
      expect([...once.x, ...once.y]).toEqual([...twice.x, ...twice.y]);
    }),
  );
});

test("members of a family share key, caller and parents, and there are at least eight", () => {
  fc.assert(
    fc.property(dag(200), (nodes) => {
      const { family } = layoutGraph(inputOf(nodes)).structure;
      const groups = Map.groupBy(nodes.keys(), (i) => at(family, i));
      for (const [leader, members] of groups) {
        if (leader === -1) continue;
        expect(members.length).toBeGreaterThanOrEqual(familySize);
        expect(new Set(members.map((member) => nodes[member]?.key)).size).toBe(1);
        expect(leader).toBe(members[0]);
      }
    }),
  );
});

const fanOut = (size: number): Node[] => [
  { key: 0, parents: [], within: -1 },
  ...Array.from({ length: size }, () => ({ key: 1, parents: [0], within: -1 })),
  ...Array.from({ length: size }, (_, i) => ({ key: 2, parents: [i + 1], within: -1 })),
  { key: 3, parents: Array.from({ length: size }, (_, i) => size + 1 + i), within: -1 },
];

test("a map over a map is two families in a line", () => {
  const { blocks, edges } = layoutGraph(inputOf(fanOut(40)));
  expect(blocks.count).toBe(4);
  expect([...blocks.isFamily]).toEqual([0, 1, 1, 0]);
  expect([...edges.weight]).toEqual([40, 40, 40]);
});

test("seven siblings stay seven nodes", () => {
  expect(layoutGraph(inputOf(fanOut(7))).blocks.count).toBe(16);
});

test("an opened family shows every member inside its frame, apart from each other", () => {
  const layout = layoutGraph(inputOf(fanOut(100)), new Set([1]));
  const block = at(layout.blocks.of, 1);
  const inside: Box[] = [];
  for (let node = 1; node <= 100; node++) {
    expect(isDrawnAlone(layout, node)).toBe(true);
    inside.push({
      x: at(layout.nodeX, node),
      y: at(layout.nodeY, node),
      width: nodeWidth,
      height: nodeHeight,
    });
  }
  const frame = blockBoxes(layout)[block];
  expect(overlaps(inside)).toBe(0);
  expect(inside.every(({ x, y }) => x >= (frame?.x ?? Infinity) && y >= (frame?.y ?? Infinity))).toBe(true);
  expect(overlaps(blockBoxes(layout))).toBe(0);
});

const layered = (layers: number, perLayer: number): Node[] =>
  Array.from({ length: layers * perLayer }, (_, i) => {
    const row = Math.floor(i / perLayer);
    const parents =
      row === 0 ? [] : [0, 1, 2].map((k) => (row - 1) * perLayer + ((i * 7 + k * 13) % perLayer));
    return { key: i % 97, parents, within: -1 };
  });

test.each([
  ["50,000 nodes in layers", layered(100, 500)],
  ["50,000 siblings", fanOut(24_999)],
  [
    "50,000 tasks in one chain",
    Array.from({ length: 50_000 }, (_, i) => ({ key: i, parents: i === 0 ? [] : [i - 1], within: -1 })),
  ],
  [
    "50,000 tasks without relations",
    Array.from({ length: 50_000 }, (_, i) => ({ key: i, parents: [], within: -1 })),
  ],
  [
    "a ring of 50,000",
    Array.from({ length: 50_000 }, (_, i) => ({ key: i, parents: [(i + 1) % 50_000], within: -1 })),
  ],
])("%s are placed without overlap and without running out of stack", (_, nodes) => {
  const layout = layoutGraph(inputOf(nodes));
  expect(overlaps(blockBoxes(layout))).toBe(0);
  expect(backwardEdges(layout)).toBe(0);
});

test.each([
  ["in layers", layered(100, 100)],
  ["as a fan-out", fanOut(4999)],
])("10,000 nodes %s stay far from a second of CPU", (_, nodes) => {
  const input = inputOf(nodes);
  const cpu = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    layoutGraph(input);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  // 40 to 60 ms in plain Node (`bench/graph.ts`); the test runner makes every import a property access.
  expect(Math.min(...cpu)).toBeLessThan(300);
});

test("appended nodes are placed without moving or covering what is there", () => {
  fc.assert(
    fc.property(dag(120), fc.nat(119), (nodes, cut) => {
      const old = layoutGraph(inputOf(nodes.slice(0, cut)));
      const next = extendLayout(old, inputOf(nodes), new Set());
      if (next === undefined) return;
      expect([...next.x.slice(0, old.x.length)]).toEqual([...old.x]);
      expect([...next.y.slice(0, old.y.length)]).toEqual([...old.y]);
      expect(overlaps(blockBoxes(next))).toBe(0);
      expect(backwardEdges(next)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a family that grows, and a task behind it, need no new layout", () => {
  const old = layoutGraph(inputOf(fanOut(20).slice(0, 15)));
  const next = extendLayout(old, inputOf(fanOut(20).slice(0, 25)), new Set());
  expect(next?.blocks.count).toBe(6);
});

test("a new family asks for a new layout", () => {
  const old = layoutGraph(inputOf(fanOut(20).slice(0, 8)));
  expect(extendLayout(old, inputOf(fanOut(20).slice(0, 9)), new Set())).toBeUndefined();
});
