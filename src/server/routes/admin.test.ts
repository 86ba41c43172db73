import { afterEach, beforeEach, expect, test } from "vitest";
import { admin, DatabaseInfo, praetorHeader, server } from "../../schema/admin.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

test("the database is told with its size and without its password", async () => {
  const found = await world.call(server.database, {});
  expect(DatabaseInfo.parse(found)).toEqual(found);
  expect(found).toMatchObject({ kind: "sqlite", bytes: expect.any(Number) });
  expect(found.bytes).toBeGreaterThan(0);
});

test("the version carries the header by which a dashboard elsewhere knows the server", async () => {
  const response = await world.fetch(new Request(`http://praetor.test/api${admin.serverVersion.path}`));
  expect(response.headers.get(praetorHeader)).toMatch(/^\d/);
});
