import { afterAll, beforeAll, expect, test } from "vitest";
import { variables } from "../../src/schema/variables.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

await describeOnPostgres("a script in Python that reports to a server on PostgreSQL", (databases) => {
  let world: World;
  beforeAll(async () => {
    const database = await databases.create();
    world = await openWorld({ PRAETOR_DATABASE_URL: database.networkUrl });
    await world.praetor.client.call(variables.create, { name: "greeting", value: "hello" });
    await succeed(world.python.script("basics"));
  });
  afterAll(() => world?.close());

  test("is recorded with each attempt, in order", async () => {
    const run = await world.reading.runOf("retrying");
    await soon(async () => {
      const [flaky] = await world.reading.taskRunsOf(run);
      if (!flaky) throw new Error("expected a task run");
      expect(await world.reading.statesOf(flaky)).toEqual([
        ...["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Completed"],
      ]);
    });
  });

  test("is drawn with its dependencies", async () => {
    const run = await world.reading.runOf("mapping");
    await soon(async () => {
      const { nodes, arrows } = await world.reading.graphOf(run);
      expect(nodes.map(({ state_type }) => state_type)).toEqual(nodes.map(() => "COMPLETED"));
      expect(arrows.map((arrow) => arrow.replace(/(numbers|total)-\w+/g, "$1"))).toEqual([
        ...["numbers → square-1", "numbers → square-2", "numbers → square-3"],
        ...["square-1 → total", "square-2 → total", "square-3 → total"],
      ]);
    });
  });
});
