import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorld, type World } from "../../testing/world.ts";
import { compileQuery } from "../lists/compile-query.ts";
import { type Cursor, compare, merge } from "../lists/head-changes.ts";
import { queryLanguage } from "../lists/query-fields.ts";
import { read } from "../lists/query-text.ts";
import { fieldsOf } from "./fields.ts";
import { type ListInput, listInput, readPage, runSource } from "./lists.ts";

let world: World;
let now = Date.parse("2026-11-22T12:00:00Z");
beforeEach(async () => {
  world = await createWorld({ now: () => now });
});
afterEach(() => world.close());

async function all(list: ListInput): Promise<string[]> {
  const names: string[] = [];
  let cursor: Cursor | null = null;
  do {
    const page = await readPage(world.client, list, cursor);
    names.push(...page.results.map((run) => run.name));
    cursor = page.next;
  } while (cursor);
  return names;
}
function list(text: string, sort: ListInput["sort"] = "newest", tab: ListInput["tab"] = "flow-runs") {
  const fields = fieldsOf[tab];
  return listInput(tab, sort, compileQuery(read(text, queryLanguage(fields)), fields, { now }));
}

test.each(["newest", "oldest", "name", "ended"] as const)(
  "every run is on exactly one page of the list sorted by %s, also when many began at once",
  async (sort) => {
    for (let index = 0; index < 230; index++) {
      if (index % 150 === 0) now += 1_000;
      await world.flowRun({ name: `run-${String(index).padStart(3, "0")}` });
    }
    const names = await all(list("", sort));
    expect(names).toHaveLength(230);
    expect(new Set(names).size).toBe(230);
  },
);

test("a time range of the query bounds every page", async () => {
  await world.flowRun({ name: "old" });
  now += 7_200_000;
  await world.flowRun({ name: "new" });
  expect(await all(list("since:1h"))).toEqual(["new"]);
  expect(await all(list("until:1h"))).toEqual(["old"]);
});

test("task runs take the same query, negation included", async () => {
  await world.taskRun({ name: "good", states: ["PENDING", "RUNNING", "COMPLETED"] });
  await world.taskRun({ name: "bad", states: ["PENDING", "RUNNING", "FAILED"] });
  expect(await all(list("-state:completed", "newest", "task-runs"))).toEqual(["bad"]);
});

test("a newer first page adds what is new and drops what left, in the list's order", async () => {
  for (const name of ["a", "b", "c"]) {
    now += 1_000;
    await world.flowRun({ name, states: ["PENDING", "RUNNING"] });
  }
  const running = list("state:running");
  const before = await readPage(world.client, running, null);
  now += 1_000;
  await world.flowRun({ name: "d", states: ["PENDING", "RUNNING"] });
  const after = before.results.filter((run) => run.name !== "b");
  const fresh = (await readPage(world.client, running, null)).results.filter((run) => run.name === "d");
  const waiting = compare([before], { results: [...fresh, ...after], next: null }, runSource(running));
  expect(waiting.fresh.map((run) => run.name)).toEqual(["d"]);
  expect(waiting.gone.size).toBe(1);
  expect(waiting.gap).toBe(false);
  const [page] = merge([before], waiting, runSource(running).order);
  expect(page?.results.map((run) => run.name)).toEqual(["d", "c", "a"]);
});
