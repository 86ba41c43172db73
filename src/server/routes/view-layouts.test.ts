import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../schema/ids.ts";
import { savedSearches } from "../../schema/saved-searches.ts";
import { viewLayouts } from "../../schema/view-layouts.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("a shared view keeps its columns and grouping beside its saved search, which stays as it is", async () => {
  const view = await world.call(savedSearches.put, { name: "Failed", filters: [] });
  const layout = { id: view.id, columns: ["state", "output.total"], group: "flow" };
  await world.call(viewLayouts.put, layout);
  expect(await world.call(viewLayouts.list, {})).toEqual([layout]);
  expect(await world.call(savedSearches.read, { id: view.id })).toEqual(view);
  await world.call(savedSearches.delete, { id: view.id });
  expect(await world.call(viewLayouts.list, {})).toEqual([]);
});

test("a layout needs a saved search, and has bounds", async () => {
  const put = (more: object) =>
    world.call(viewLayouts.put, { id: newId(0), columns: [], group: null, ...more });
  await expect(put({})).rejects.toThrow("Saved search not found");
  await expect(put({ columns: Array.from({ length: 51 }, String) })).rejects.toThrow();
  await expect(put({ group: "x".repeat(251) })).rejects.toThrow();
});
