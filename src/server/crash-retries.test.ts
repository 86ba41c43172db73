import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attemptHeader, attemptText } from "../schema/attempt-tokens.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import type { Settings } from "../schema/settings.ts";
import { flowRunStates } from "../schema/states.ts";
import { createWorld, type World } from "../testing/world.ts";

type Which = Settings["retryCrashedRuns"];
const worlds = new Map<Which, World>();
beforeAll(async () => {
  for (const which of ["own", "all", "none"] as const)
    worlds.set(which, await createWorld({ settings: { retryCrashedRuns: which } }));
});
afterAll(async () => {
  for (const world of worlds.values()) await world.close();
});

const ours = "praetor/1.0";
const prefect = "prefect/3.9.1 (API 0.8.4)";

/** A started deployment run, and functions that propose states as its attempt or as another client. */
async function begun(which: Which, agent: string) {
  const world = worlds.get(which);
  if (!world) throw new Error(which);
  const { id: flow_id } = await world.flow();
  const { id: deployment } = await world.call(deployments.create, { name: newId(Date.now()), flow_id });
  const { id } = await world.call(deployments.createFlowRun, { id: deployment });
  await world.call(flowRuns.update, { id, empirical_policy: { retries: 1 } });
  const propose = async (state: object, headers: Record<string, string>, force = false) => {
    const body = JSON.stringify({ state, force });
    const url = `http://praetor.test/api/flow_runs/${id}/set_state`;
    return world.fetch(new Request(url, { method: "POST", headers, body }));
  };
  const attempt = () => {
    const token = { [attemptHeader]: attemptText({ flowRunId: id, token: newId(Date.now()) }) };
    const headers = { "user-agent": agent, ...(agent === ours ? token : {}) };
    return (state: object, force = false) => propose(state, headers, force);
  };
  const begin = async () => {
    const move = attempt();
    await move({ type: "PENDING" });
    await move({ type: "RUNNING" });
    return move;
  };
  const history = async () =>
    (await world.call(flowRunStates.list, { flow_run_id: id })).map(({ name }) => name);
  return {
    id,
    world,
    begin,
    history,
    propose,
    due: () => world.call(deployments.scheduledRuns, { deployment_ids: [deployment] }),
  };
}

const crash = { type: "CRASHED", message: "The process was ended by SIGKILL." };

describe("a crash that the runner reports", () => {
  test("is followed by another attempt, without an owner, while retries are left", async () => {
    const run = await begun("own", ours);
    const first = await run.begin();
    expect(await (await first(crash, true)).json()).toMatchObject({
      ...{ status: "REJECT", rule: "retryCrashes" },
      state: { type: "SCHEDULED", name: "AwaitingRetry", message: crash.message },
    });
    expect((await run.due()).map(({ id }) => id)).toEqual([run.id]);
    expect((await first({ type: "COMPLETED" })).status).toBe(409);
    const second = await run.begin();
    expect(await (await second(crash, true)).json()).toMatchObject({
      status: "ACCEPT",
      state: { type: "CRASHED" },
    });
    expect(await run.history()).toEqual([
      "Scheduled",
      "Pending",
      "Running",
      "AwaitingRetry",
      "Pending",
      "Running",
      "Crashed",
    ]);
  });

  test.each<[which: Which, agent: string, state: string]>([
    ["none", ours, "CRASHED"],
    ["own", prefect, "CRASHED"],
    ["none", prefect, "CRASHED"],
    ["all", prefect, "SCHEDULED"],
    ["all", ours, "SCHEDULED"],
  ])("where '%s' are retried, a run of %s is %s", async (which, agent, state) => {
    const run = await begun(which, agent);
    await (await run.begin())(crash, true);
    expect(await run.world.call(flowRuns.read, { id: run.id })).toMatchObject({ state_type: state });
  });
});

test("a crash that a user has set is final", async () => {
  for (const which of ["own", "all"] as const) {
    const run = await begun(which, ours);
    await run.begin();
    await run.propose(crash, {}, true);
    expect(await run.history()).toEqual(["Scheduled", "Pending", "Running", "Crashed"]);
  }
});
