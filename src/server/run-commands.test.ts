import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployments } from "../schema/deployments.ts";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { type RunVerb, runCommands } from "../schema/run-commands.ts";
import { flowRunStates, type StateType } from "../schema/states.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
let deployment_id: string;
beforeAll(async () => {
  world = await createWorld();
  const { id: flow_id } = await world.flow();
  deployment_id = (await world.call(deployments.create, { name: "nightly", flow_id })).id;
});
afterAll(() => world.close());

const command = (
  id: string,
  verb: RunVerb,
  more: { expected_state_id?: string | null; run_input?: object } = {},
) => world.call(runCommands.command, { id, verb, ...more, run_input: { ...more.run_input } });
const read = (id: string) => world.call(flowRuns.read, { id });
const move = (id: string, type: "RUNNING" | "PENDING" | "FAILED") =>
  world.call(flowRuns.setState, { id, state: { type } });
const namesOf = async (id: string) =>
  (await world.call(flowRunStates.list, { flow_run_id: id })).map(({ name }) => name);
const deployed = (...states: StateType[]) => world.flowRun({ deployment_id, states });

describe("each verb", () => {
  test("is done once, and refused with the reason when repeated", async () => {
    const running = await deployed("PENDING", "RUNNING");
    expect(await command(running.id, "pause")).toMatchObject({
      ...{ is_done: true, reason: null, state: { type: "PAUSED" } },
    });
    expect(await command(running.id, "pause")).toMatchObject({ is_done: false, reason: "is not running" });
    expect(await command(running.id, "resume")).toMatchObject({ is_done: true, state: { type: "RUNNING" } });
    expect(await command(running.id, "resume")).toMatchObject({ is_done: false, reason: "is not paused" });
    expect(await command(running.id, "cancel")).toMatchObject({
      is_done: true,
      state: { type: "CANCELLING" },
    });
    expect(await command(running.id, "cancel")).toMatchObject({
      ...{ is_done: false, reason: "already being cancelled", state: { type: "CANCELLING" } },
    });
    expect(await namesOf(running.id)).toEqual(["Pending", "Running", "Paused", "Running", "Cancelling"]);
    expect(await command(running.id, "delete")).toEqual({ is_done: true, reason: null, state: null });
    await expect(command(running.id, "delete")).rejects.toThrow("Flow run not found");
  });

  test("is done once for fifty concurrent requests", async () => {
    const fifty = async (verb: RunVerb, ...states: StateType[]) => {
      const { id } = await deployed(...states);
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => command(id, verb)));
      return answers.filter(
        ({ status, ...rest }) => status === "fulfilled" && Reflect.get(rest, "value").is_done,
      );
    };
    expect(await fifty("retry", "FAILED")).toHaveLength(1);
    expect(await fifty("cancel", "RUNNING")).toHaveLength(1);
    expect(await fifty("resume", "RUNNING", "PAUSED")).toHaveLength(1);
    expect(await fifty("pause", "RUNNING")).toHaveLength(1);
    expect(await fifty("delete", "COMPLETED")).toHaveLength(1);
  });
});

describe("a retry", () => {
  test("reschedules an ended deployment run, records the caller, and changes nothing else", async () => {
    const { id } = await deployed("FAILED");
    expect(await command(id, "retry")).toMatchObject({
      ...{ is_done: true, state: { type: "SCHEDULED", name: "AwaitingRetry" } },
    });
    const filter = {
      event: { name: ["praetor.state.forced"] },
      any_resource: { id: [`prefect.flow-run.${id}`] },
    };
    expect((await world.call(events.filter, { filter })).events).toMatchObject([
      { payload: { from: { type: "FAILED" }, to: { name: "AwaitingRetry" } } },
    ]);
    expect(await command(id, "retry")).toMatchObject({ is_done: false, reason: "has not ended" });
    const script = await world.flowRun({ states: ["FAILED"] });
    expect(await command(script.id, "retry")).toMatchObject({
      reason: "started by a script, so only the script can repeat it",
    });
  });

  test("makes pauses apply again, and is no retry within the old process", async () => {
    const { id } = await deployed("PENDING", "RUNNING");
    const empirical_policy = { retries: 3, retry_type: "in_process" as const };
    await world.call(flowRuns.update, { id, empirical_policy });
    const pause = () =>
      world.call(flowRuns.setState, { id, state: { type: "PAUSED", state_details: { pause_key: "gate" } } });
    expect(await pause()).toMatchObject({ status: "ACCEPT" });
    await world.call(flowRuns.setState, { id, state: { type: "CRASHED" }, force: true });
    expect(await command(id, "retry")).toMatchObject({ is_done: true });
    expect((await read(id)).empirical_policy).toMatchObject({
      ...{ retries: 3, retry_type: "reschedule", pause_keys: [], resuming: false },
    });
    await move(id, "PENDING");
    await move(id, "RUNNING");
    expect(await pause()).toMatchObject({ status: "ACCEPT" });
  });
});

describe("a request with the expected state", () => {
  const retried = async (states: StateType[]) => {
    const seen = await deployed(...states);
    await command(seen.id, "retry");
    await move(seen.id, "PENDING");
    await move(seen.id, "RUNNING");
    return seen;
  };

  test("does not retry a run that another client has retried, though it failed again", async () => {
    const { id, state_id } = await retried(["FAILED"]);
    await move(id, "FAILED");
    const before = await namesOf(id);
    expect(await command(id, "retry", { expected_state_id: state_id })).toMatchObject({
      ...{ is_done: false, reason: "has changed since you looked at it: it is Failed now" },
      state: { type: "FAILED" },
    });
    expect(await namesOf(id)).toEqual(before);
    const { state_id: now } = await read(id);
    expect(await command(id, "retry", { expected_state_id: now })).toMatchObject({ is_done: true });
  });

  test("does not delete, pause or resume a run whose state has changed", async () => {
    const { id, state_id } = await retried(["FAILED"]);
    const late = { expected_state_id: state_id };
    const reason = "has changed since you looked at it: it is Running now";
    expect(await command(id, "delete", late)).toMatchObject({ is_done: false, reason });
    expect(await command(id, "pause", late)).toMatchObject({ is_done: false, reason });
    await command(id, "pause");
    expect(await command(id, "resume", late)).toMatchObject({
      reason: "has changed since you looked at it: it is Paused now",
    });
  });

  test("cancels the expected attempt in any state, but not the next one", async () => {
    const pending = await deployed("PENDING");
    await move(pending.id, "RUNNING");
    expect(await command(pending.id, "cancel", { expected_state_id: pending.state_id })).toMatchObject({
      ...{ is_done: true, state: { type: "CANCELLING" } },
    });
    const { id, state_id } = await retried(["PENDING", "RUNNING", "FAILED"]);
    const refused = { is_done: false, reason: "has changed since you looked at it: it is Running now" };
    expect(await command(id, "cancel", { expected_state_id: state_id })).toMatchObject(refused);
    expect(await command(id, "cancel", { expected_state_id: newId(0) })).toMatchObject(refused);
  });
});

test("missing runs and unknown verbs are refused", async () => {
  await expect(command(newId(Date.now()), "retry")).rejects.toThrow("Flow run not found");
  const { id } = await deployed("FAILED");
  const path = `http://praetor.test/api/praetor/flow_runs/${id}/restart`;
  expect(await world.fetch(new Request(path, { method: "POST", body: "{}" }))).toMatchObject({ status: 422 });
});
