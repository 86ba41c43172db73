import { afterEach, expect, test, vi } from "vitest";
import { flowRuns } from "./schema/flow-runs.ts";
import { flowRunStates } from "./schema/states.ts";
import { flow } from "./sdk/flow.ts";
import { closeSession, connectThrough } from "./sdk/session.ts";
import { task } from "./sdk/task.ts";
import { transportOver } from "./testing/in-process.ts";
import { createWorld, type World } from "./testing/world.ts";
import { createApi, query, readInfo } from "./ui/api.ts";
import { type LiveHub, startLive } from "./ui/live.ts";

let world: World;
let hub: LiveHub | undefined;

afterEach(async () => {
  hub?.close();
  await closeSession();
  await world.close();
});

/** One state change, from a user's flow to the row that a page renders, in one process. */
test("what a flow does reaches the dashboard's cache through rules, store and live channel", async () => {
  world = await createWorld();
  const { url } = await world.listen();

  // The dashboard: its client, its cache, its one socket. None of it is specific to flow runs.
  const baseUrl = `${url}/api`;
  const info = await readInfo(baseUrl, fetch, null);
  const api = createApi({ baseUrl, send: fetch, page: info });
  const live = startLive(api);
  hub = live;
  await vi.waitFor(() => expect(live.status).toBe("live"));

  // The SDK: a plain function becomes a flow, and pauses half-way so that it can be observed.
  connectThrough(async () => transportOver(world.store, world.settings));
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const add = task({ name: "add" }, (a: number, b: number) => a + b);
  const sum = flow({ name: "sum" }, async () => {
    started.resolve();
    await gate.promise;
    return await add.submit(1, 2).result();
  });
  const result = sum();
  await started.promise;

  // The page reads the run once …
  const [row] = await api.queries.fetchQuery(query(flowRuns.filter, {}));
  const id = row?.id ?? "";
  const page = query(flowRuns.read, { id });
  await api.queries.fetchQuery(page);
  expect(api.queries.getQueryData(page.queryKey)?.state_type).toBe("RUNNING");

  // … and receives every later change over the live channel, in the run and in the rows of cached lists.
  gate.resolve();
  expect(await result).toBe(3);
  await vi.waitFor(() => expect(api.queries.getQueryData(page.queryKey)?.state_type).toBe("COMPLETED"));
  const list = api.queries.getQueryData(query(flowRuns.filter, {}).queryKey);
  expect(list?.[0]).toMatchObject({ id, state_type: "COMPLETED", run_count: 1 });

  // The stored states are those the page saw, and each was recorded as an event in the same transaction.
  const states = await world.call(flowRunStates.list, { flow_run_id: id });
  expect(states.map((state) => state.name)).toEqual(["Pending", "Running", "Completed"]);
  const { events } = await world.store.events.filter(null, { limit: 50 });
  const reported = events
    .filter((event) => states.some((state) => state.id === event.id))
    .map(({ event }) => event);
  expect(reported.sort()).toEqual([
    "prefect.flow-run.Completed",
    "prefect.flow-run.Pending",
    "prefect.flow-run.Running",
  ]);
});
