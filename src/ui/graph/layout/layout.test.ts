import fc from "fast-check";
import { expect, test } from "vitest";
import { at, ragged } from "./arrays.ts";
import { extendLayout } from "./extend.ts";
import type { GraphInput } from "./layers.ts";
import { layoutGraph } from "./layout.ts";
import { boxKinds, type Layout, type LayoutOptions } from "./result.ts";

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

const boxAt = ({ boxes }: Layout, box: number): Box => ({
  x: at(boxes.x, box),
  y: at(boxes.y, box),
  width: at(boxes.width, box),
  height: at(boxes.height, box),
});

/** The boxes that stand in the same frame or container, or in none. */
function boxesIn(layout: Layout, parent: number): Box[] {
  const { boxes } = layout;
  return [...Array(boxes.count).keys()]
    .filter((box) => at(boxes.parent, box) === parent)
    .map((box) => boxAt(layout, box));
}

const kindsOf = ({ boxes }: Layout) => Array.from(boxes.kind, (kind) => boxKinds[kind]);

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

/** Edges that do not lead on in the direction of the layout, be it in the same band or to a later one. */
function backwardEdges({ edges, boxes, arrangement, layer }: Layout): number {
  const isRight = arrangement.direction === "right";
  const [start, length] = isRight ? [boxes.x, boxes.width] : [boxes.y, boxes.height];
  const bandOf = (box: number) => Math.floor(at(layer, at(boxes.node, box)) / arrangement.bandLength);
  let found = 0;
  for (let edge = 0; edge < edges.from.length; edge++) {
    const [from, to] = [at(edges.from, edge), at(edges.to, edge)];
    if (bandOf(from) > bandOf(to)) found++;
    if (bandOf(from) < bandOf(to)) continue;
    if (at(start, from) + at(length, from) > at(start, to) + 1e-6) found++;
  }
  return found;
}

const panes = [
  { width: 1252, height: 448 },
  { width: 700, height: 700 },
  { width: 390, height: 520 },
];
const anyPane = fc.constantFrom(...panes);

test("no two boxes overlap, every edge leads on, and all is inside the picture", () => {
  fc.assert(
    fc.property(dag(150), anyPane, (nodes, pane) => {
      const layout = layoutGraph(inputOf(nodes), { pane });
      const boxes = boxesIn(layout, -1);
      expect(overlaps(boxes)).toBe(0);
      expect(backwardEdges(layout)).toBe(0);
      const isInside = ({ x, y, width, height }: Box) =>
        x >= -1e-6 && y >= -1e-6 && x + width <= layout.width + 1e-6 && y + height <= layout.height + 1e-6;
      expect(boxes.every(isInside)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** Every link, as often as it is counted on some edge, by the boxes it joins. */
function counted({ edges }: Layout): Map<string, number> {
  const found = new Map<string, number>();
  for (let edge = 0; edge < edges.from.length; edge++)
    found.set(`${at(edges.from, edge)}-${at(edges.to, edge)}`, at(edges.weight, edge));
  return found;
}

test("every dependency is drawn, or counted on the edge of a family, closed or open", () => {
  fc.assert(
    fc.property(dag(80), fc.array(fc.nat(79), { maxLength: 4 }), (nodes, opened) => {
      const layout = layoutGraph(inputOf(nodes), { opened: new Set(opened) });
      const expected = new Map<string, number>();
      nodes.forEach(({ parents, within }, child) => {
        for (const parent of new Set([...parents, within])) {
          if (parent < 0) continue;
          const ends = `${at(layout.boxOf, parent)}-${at(layout.boxOf, child)}`;
          expected.set(ends, (expected.get(ends) ?? 0) + 1);
        }
      });
      expect(counted(layout)).toEqual(expected);
    }),
  );
});

test("cycles, self references and unknown parents still give a picture without overlaps", () => {
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const layout = layoutGraph(inputOf(nodes));
      expect(overlaps(boxesIn(layout, -1))).toBe(0);
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
      expect(once.boxes).toEqual(twice.boxes);
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
  const layout = layoutGraph(inputOf(fanOut(40)));
  expect(kindsOf(layout)).toEqual(["task", "family", "family", "task"]);
  expect([...layout.edges.weight]).toEqual([40, 40, 40]);
});

test("seven siblings stay seven nodes", () => {
  expect(layoutGraph(inputOf(fanOut(7))).boxes.count).toBe(16);
});

test("an opened family shows every member inside its frame, apart from each other", () => {
  const layout = layoutGraph(inputOf(fanOut(100)), { opened: new Set([1]) });
  const frame = kindsOf(layout).indexOf("frame");
  const { x, y, width, height } = boxAt(layout, frame);
  const members = boxesIn(layout, frame);
  expect(members).toHaveLength(100);
  expect(overlaps(members)).toBe(0);
  const isInside = (box: Box) =>
    box.x > x && box.y > y && box.x + box.width < x + width && box.y + box.height < y + height;
  expect(members.every(isInside)).toBe(true);
  expect(overlaps(boxesIn(layout, -1))).toBe(0);
});

test("two opened families are joined member by member", () => {
  const layout = layoutGraph(inputOf(fanOut(20)), { opened: new Set([1, 21]) });
  expect(kindsOf(layout).filter((kind) => kind === "frame")).toHaveLength(2);
  const between = counted(layout);
  for (let member = 1; member <= 20; member++)
    expect(between.get(`${at(layout.boxOf, member)}-${at(layout.boxOf, member + 20)}`)).toBe(1);
});

test("the way of each edge begins and ends at the boxes it joins", () => {
  fc.assert(
    fc.property(dag(80), anyPane, (nodes, pane) => {
      const layout = layoutGraph(inputOf(nodes), { pane, opened: new Set(nodes.keys()) });
      const { edges, paths } = layout;
      const touches = (box: Box, point: number) => {
        const [x, y] = [at(paths.points, 3 * point), at(paths.points, 3 * point + 1)];
        const isBeside = x >= box.x - 1e-6 && x <= box.x + box.width + 1e-6;
        return isBeside && y >= box.y - 1e-6 && y <= box.y + box.height + 1e-6;
      };
      for (let edge = 0; edge < edges.from.length; edge++) {
        expect(touches(boxAt(layout, at(edges.from, edge)), at(paths.start, edge))).toBe(true);
        expect(touches(boxAt(layout, at(edges.to, edge)), at(paths.start, edge + 1) - 1)).toBe(true);
      }
    }),
  );
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
  expect(overlaps(boxesIn(layout, -1))).toBe(0);
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
      const next = extendLayout(old, inputOf(nodes), {});
      if (next === undefined) return;
      const placeOf = (layout: Layout, node: number) => boxAt(layout, at(layout.boxOf, node));
      for (let node = 0; node < cut; node++) expect(placeOf(next, node)).toEqual(placeOf(old, node));
      expect(overlaps(boxesIn(next, -1))).toBe(0);
      expect(backwardEdges(next)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a family that grows, and a task behind it, need no new layout", () => {
  const old = layoutGraph(inputOf(fanOut(20).slice(0, 15)));
  const next = extendLayout(old, inputOf(fanOut(20).slice(0, 25)), {});
  expect(next?.boxes.count).toBe(6);
});

test("a new family asks for a new layout", () => {
  const old = layoutGraph(inputOf(fanOut(20).slice(0, 8)));
  expect(extendLayout(old, inputOf(fanOut(20).slice(0, 9)), {})).toBeUndefined();
});

const mapped = (size: number): Node[] => [
  ...fanOut(size).slice(0, size + 1),
  { key: 9, parents: Array.from({ length: size }, (_, i) => i + 1), within: -1 },
];
const chain = (length: number): Node[] =>
  Array.from({ length }, (_, i) => ({ key: i, parents: i === 0 ? [] : [i - 1], within: -1 }));

test.each<[string, Node[], LayoutOptions["pane"], "right" | "down"]>([
  ["three in a chain in a wide pane", chain(3), panes[0], "right"],
  ["a chain in a narrow pane", chain(5), panes[2], "down"],
  ["a map between two tasks, ten in all, in a wide pane", mapped(8), panes[0], "down"],
])("%s goes where the pane has room", (_, nodes, pane, direction) => {
  expect(layoutGraph(inputOf(nodes), { pane }).arrangement.direction).toBe(direction);
});

test("a long chain is broken into bands, and an arrangement that is good enough is kept", () => {
  const [pane] = panes;
  const { arrangement, width, height } = layoutGraph(inputOf(chain(40)), { pane });
  expect(arrangement.bandLength).toBeLessThan(20);
  expect(width / height).toBeGreaterThan(1);
  const longer = layoutGraph(inputOf(chain(42)), { pane, keep: arrangement });
  expect(longer.arrangement).toEqual(arrangement);
});

test("nodes inside a container are laid out in its box, however deep, and links to them join the container", () => {
  // 0 → 1 (holds 3, 4, 5; 4 holds 6 and 7) → 2; and 7 waits for 0, which is outside of it all.
  const nodes = [[], [0], [1], [], [3], [4], [], [6, 0]].map((parents, key) => ({
    key,
    parents,
    within: -1,
  }));
  const container = Int32Array.from([-1, -1, -1, 1, 1, 1, 4, 4]);
  const input = { ...inputOf(nodes), container };
  const layout = layoutGraph(input, { unfolded: new Set([1, 4]) });
  const box = (node: number) => at(layout.boxOf, node);
  expect([1, 4].map((node) => kindsOf(layout)[box(node)])).toEqual(["container", "container"]);
  const around = [3, 4, 5, 6, 7].map((node) => at(layout.boxes.parent, box(node)));
  expect(around).toEqual([box(1), box(1), box(1), box(4), box(4)]);
  for (const node of [3, 4, 5, 6, 7]) {
    const [inner, outer] = [boxAt(layout, box(node)), boxAt(layout, at(layout.boxes.parent, box(node)))];
    expect(inner.x).toBeGreaterThan(outer.x);
    expect(inner.y).toBeGreaterThan(outer.y);
    expect(inner.x + inner.width).toBeLessThan(outer.x + outer.width);
    expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height);
  }
  expect(counted(layout).get(`${box(0)}-${box(1)}`)).toBe(2);
  expect(counted(layout).get(`${box(6)}-${box(7)}`)).toBe(1);

  const closed = layoutGraph(input, { unfolded: new Set([4]) });
  expect(kindsOf(closed)).toEqual(["task", "task", "task"]);
  expect([3, 4, 5, 6, 7].map((node) => at(closed.boxOf, node))).toEqual(Array(5).fill(at(closed.boxOf, 1)));
});

test("containers of any nesting hold what is inside of them, and siblings stay apart", () => {
  fc.assert(
    fc.property(
      dag(60),
      fc.array(fc.integer({ min: -1, max: 59 }), { minLength: 60, maxLength: 60 }),
      (nodes, inside) => {
        const layout = layoutGraph({
          ...inputOf(nodes),
          container: Int32Array.from(inside.slice(0, nodes.length)),
        });
        const parents = new Set([-1, ...layout.boxes.parent]);
        for (const parent of parents) {
          const held = boxesIn(layout, parent);
          expect(overlaps(held)).toBe(0);
          if (parent < 0) continue;
          const { x, y, width, height } = boxAt(layout, parent);
          const isInside = (box: Box) =>
            box.x >= x &&
            box.y >= y &&
            box.x + box.width <= x + width + 1e-6 &&
            box.y + box.height <= y + height + 1e-6;
          expect(held.every(isInside)).toBe(true);
        }
        expect([...layout.boxOf].every((box) => box >= 0)).toBe(true);
      },
    ),
  );
});
