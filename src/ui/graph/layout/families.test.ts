import fc from "fast-check";
import { expect, test } from "vitest";
import { at, inverted, type Ragged, ragged } from "./arrays.ts";
import { familiesOf, familySize } from "./families.ts";
import { layersOf } from "./layers.ts";

interface Task {
  /** Name of its function. */
  of: string;
  parents: number[];
}

const linksOf = (tasks: readonly Task[]): Ragged =>
  ragged(
    tasks.length,
    tasks.flatMap(({ parents }, task) => parents.map(() => task)),
    tasks.flatMap(({ parents }) => parents),
  );

function families(tasks: readonly Task[]): Int32Array {
  const names = [...new Set(tasks.map((task) => task.of))];
  const links = linksOf(tasks);
  const key = Int32Array.from(tasks, (task) => names.indexOf(task.of));
  return familiesOf({ key }, links, layersOf(links, tasks.length));
}

/** Sizes of the families, in the order of their first tasks, and how many tasks stand alone. */
function grouping(tasks: readonly Task[]): { families: number[]; alone: number } {
  const family = families(tasks);
  const groups = Map.groupBy(family, (leader) => leader);
  const alone = groups.get(-1)?.length ?? 0;
  groups.delete(-1);
  const ordered = [...groups].sort(([a], [b]) => a - b);
  return { families: ordered.map(([, members]) => members.length), alone };
}

const many = (count: number, task: (i: number) => Task): Task[] =>
  Array.from({ length: count }, (_, i) => task(i));
const upTo = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const source: Task = { of: "extract", parents: [] };

/** One task, `count` that follow it, each followed by one of its own, and one that waits for those. */
const mapOverMap = (count: number): Task[] => [
  source,
  ...many(count, () => ({ of: "clean", parents: [0] })),
  ...many(count, (i) => ({ of: "load", parents: [1 + i] })),
  { of: "publish", parents: upTo(1 + count, count) },
];

const layered = (layers: number, wide: number): Task[] =>
  many(layers * wide, (i) => {
    const before = (Math.floor(i / wide) - 1) * wide;
    return { of: "step", parents: before < 0 ? [] : [before + (i % wide), before + ((i * 7 + 3) % wide)] };
  });

test.each<[string, Task[], { families: number[]; alone: number }]>([
  ["one map", [source, ...many(24, () => ({ of: "clean", parents: [0] }))], { families: [24], alone: 1 }],
  ["a loop without inputs", many(40, () => ({ of: "ping", parents: [] })), { families: [40], alone: 0 }],
  [
    "seven of one map",
    [source, ...many(7, () => ({ of: "clean", parents: [0] }))],
    { families: [], alone: 8 },
  ],
  ["a map over a map", mapOverMap(20), { families: [20, 20], alone: 2 }],
  [
    "two hundred of one function in ten layers, two parents each",
    layered(10, 20),
    { families: [], alone: 200 },
  ],
  [
    "ten in a chain of one function",
    many(10, (i) => ({ of: "step", parents: i === 0 ? [] : [i - 1] })),
    { families: [], alone: 10 },
  ],
  [
    "every one of a map waits for all of another",
    [...many(8, () => ({ of: "a", parents: [] })), ...many(9, () => ({ of: "b", parents: upTo(0, 8) }))],
    { families: [8, 9], alone: 0 },
  ],
  [
    "batches: ten by ten into one each",
    [
      ...many(100, () => ({ of: "read", parents: [] })),
      ...many(10, (i) => ({ of: "batch", parents: upTo(10 * i, 10) })),
    ],
    { families: [10, 10, 10, 10, 10, 10, 10, 10, 10, 10], alone: 10 },
  ],
  [
    "a fan-out of three from each of a map: neither shares parents or children",
    [
      ...many(10, () => ({ of: "read", parents: [] })),
      ...many(30, (i) => ({ of: "part", parents: [Math.floor(i / 3)] })),
    ],
    { families: [], alone: 40 },
  ],
  [
    "one of a map has a child that no sibling has: its strand stands alone",
    [...mapOverMap(20), { of: "alert", parents: [5] }],
    { families: [19, 19], alone: 5 },
  ],
  [
    "a map over a map of which the second half is not there yet",
    [
      source,
      ...many(20, () => ({ of: "clean", parents: [0] })),
      ...many(9, (i) => ({ of: "load", parents: [1 + i] })),
    ],
    { families: [20, 9], alone: 1 },
  ],
  [
    "one function mapped over two families is two families",
    [
      ...many(10, () => ({ of: "a", parents: [] })),
      ...many(10, () => ({ of: "b", parents: [] })),
      ...many(20, (i) => ({ of: "load", parents: [i] })),
    ],
    { families: [10, 10, 10, 10], alone: 0 },
  ],
])("%s", (_, tasks, expected) => {
  expect(grouping(tasks)).toEqual(expected);
});

const anyTasks = fc
  .array(
    fc.record({
      of: fc.constantFrom("a", "b"),
      back: fc.array(fc.nat(40), { maxLength: 2 }),
      copies: fc.nat(14),
    }),
    { maxLength: 25 },
  )
  .map((rows) => {
    const tasks: Task[] = [];
    for (const { of, back, copies } of rows) {
      const until = tasks.length;
      const parents = [...new Set(back.map((step) => until - 1 - step).filter((parent) => parent >= 0))];
      for (let i = 0; i <= copies; i++) tasks.push({ of, parents });
    }
    return tasks;
  });

test("members of a family have one key, the same parents and the same children, but for what is one to one", () => {
  fc.assert(
    fc.property(anyTasks, (tasks) => {
      const family = families(tasks);
      const parents = linksOf(tasks);
      const children = inverted(parents, tasks.length);
      for (const [leader, members] of Map.groupBy(tasks.keys(), (task) => at(family, task))) {
        if (leader === -1) continue;
        expect(members.length).toBeGreaterThanOrEqual(familySize);
        expect(leader).toBe(members[0]);
        expect(new Set(members.map((member) => tasks[member]?.of)).size).toBe(1);
        for (const links of [parents, children])
          expect(new Set(members.map((member) => shared(member, links, family))).size).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

/** What a task is joined to, without those of another family that it has to itself. */
function shared(task: number, links: Ragged, family: Int32Array): string {
  const back = inverted(links, family.length);
  const row = (rows: Ragged, of: number) => [
    ...rows.items.subarray(at(rows.start, of), at(rows.start, of + 1)),
  ];
  const own = at(family, task);
  return row(links, task)
    .filter((other) => {
      const theirs = at(family, other);
      const isAlone = row(links, task).filter((one) => at(family, one) === theirs).length === 1;
      const isTheirsAlone = row(back, other).filter((one) => at(family, one) === own).length === 1;
      return theirs === -1 || !isAlone || !isTheirsAlone;
    })
    .sort((a, b) => a - b)
    .join();
}

test.each([
  [
    "a chain of maps with one odd task at its end",
    () => {
      const tasks = many(8 * 2000, (i) => ({ of: `m${Math.floor(i / 8)}`, parents: i < 8 ? [] : [i - 8] }));
      return [...tasks, { of: "odd", parents: [tasks.length - 1] }];
    },
  ],
  ["50,000 mapped twice", () => mapOverMap(50_000)],
  [
    "a comb: every task of a large map has one more child than the one before",
    () => [
      ...many(20_000, () => ({ of: "a", parents: [] })),
      ...many(20_000, (i) => ({ of: `b${i % 400}`, parents: [i] })),
    ],
  ],
])("%s is grouped without looking at every task again and again", (_, make) => {
  const tasks = make();
  const before = process.cpuUsage();
  families(tasks);
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(8000);
});
