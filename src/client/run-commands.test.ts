import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import type { RunVerb } from "../schema/run-commands.ts";
import { createWorld, type World } from "../testing/world.ts";
import { type Client, createClient } from "./client.ts";
import { commandRun } from "./run-commands.ts";

let world: World;
let deployment_id: string;
const requested: string[] = [];
/** A server without our own routes, whose responses are Prefect's. */
let prefect: Client;
beforeAll(async () => {
  world = await createWorld();
  const { id: flow_id } = await world.flow();
  deployment_id = (await world.call(deployments.create, { name: "nightly", flow_id })).id;
  prefect = createClient({
    baseUrl: "http://praetor.test/api",
    send: (request) => {
      const { pathname } = new URL(request.url);
      requested.push(pathname.replace(/[0-9a-f-]{36}/, "id"));
      return pathname.startsWith("/api/praetor/")
        ? Promise.resolve(Response.json({ detail: "Not Found" }, { status: 404 }))
        : world.fetch(request);
    },
  });
});
afterAll(() => world.close());

test("on a Prefect server its own routes do the same, after one attempt with ours", async () => {
  const run = await world.flowRun({ deployment_id, states: ["PENDING", "RUNNING"] });
  const done = async (verb: RunVerb) => (await commandRun(prefect, verb, { id: run.id })).state?.type;
  expect(await done("pause")).toBe("PAUSED");
  expect(await done("resume")).toBe("RUNNING");
  await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED" } });
  expect(await done("retry")).toBe("SCHEDULED");
  expect(await commandRun(prefect, "retry", { id: run.id })).toMatchObject({ reason: "has not ended" });
  expect(await done("cancel")).toBe("CANCELLED");
  const seen = { id: run.id, state_id: run.state_id };
  expect(await commandRun(prefect, "retry", seen)).toMatchObject({
    reason: "has changed since you looked at it: it is Cancelled now",
  });
  expect(await commandRun(prefect, "delete", { id: run.id })).toMatchObject({ is_done: true, state: null });
  expect(requested.filter((path) => path.startsWith("/api/praetor/"))).toEqual([
    "/api/praetor/flow_runs/id/pause",
  ]);
});

test("a missing run does not mark the server as Prefect's", async () => {
  const { id } = await world.flowRun();
  await world.call(flowRuns.delete, { id });
  await expect(commandRun(world.client, "cancel", { id })).rejects.toThrow("Flow run not found");
});
