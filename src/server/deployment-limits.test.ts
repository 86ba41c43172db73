import { describe, expect, test } from "vitest";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { freshDeployments } from "../testing/deployments.ts";

const { world, clock, deploy, read, post } = freshDeployments();

describe("the limit of a deployment", () => {
  const claim = (id: string, headers = { "user-agent": "praetor/1.0" }) =>
    post(`/flow_runs/${id}/set_state`, { state: { type: "PENDING" } }, headers);
  const runOf = async (id: string) => (await world().call(deployments.createFlowRun, { id })).id;
  const limitOf = async (id: string) => (await read(id)).global_concurrency_limit;

  test("is taken by a claim, and the next one waits", async () => {
    const { id } = await deploy({ concurrency_limit: 1 });
    const [first, second] = [await runOf(id), await runOf(id)];
    expect((await claim(first)).body.status).toBe("ACCEPT");
    expect((await claim(second)).body).toMatchObject({
      status: "REJECT",
      state: { type: "SCHEDULED", name: "AwaitingConcurrencySlot" },
    });
    expect(await limitOf(id)).toMatchObject({ active_slots: 1, limit: 1 });
    await world().call(flowRuns.setState, { id: first, state: { type: "CANCELLED" }, force: true });
    expect(await limitOf(id)).toMatchObject({ active_slots: 0 });
    expect((await claim(second)).body.status).toBe("ACCEPT");
  });

  test("cancels runs without room where the deployment says so, and gives as much grace as it says", async () => {
    const { id } = await deploy({
      ...{ concurrency_limit: 1 },
      concurrency_options: { collision_strategy: "CANCEL_NEW", grace_period_seconds: 90 },
    });
    const [first, second] = [await runOf(id), await runOf(id)];
    const lease = (await claim(first)).body.state.state_details.deployment_concurrency_lease_id;
    expect((await world().store.concurrencyLimits.readLease(lease))?.expires).toBe(clock().time(90_000));
    expect((await claim(second)).body).toMatchObject({ status: "REJECT", state: { type: "CANCELLED" } });
  });

  test("is held on by a run that starts late, whether its lease was taken back or not", async () => {
    const { id } = await deploy({ concurrency_limit: 1 });
    const run = await runOf(id);
    const start = () =>
      post(`/flow_runs/${run}/set_state`, { state: { type: "RUNNING" } }, { "user-agent": "praetor/1.0" });
    await claim(run);
    clock().advance(301_000);
    const { state, status } = (await start()).body;
    expect(status).toBe("ACCEPT");
    const lease = state.state_details.deployment_concurrency_lease_id;
    expect((await world().store.concurrencyLimits.readLease(lease))?.expires).toBe(clock().time(300_000));
    expect(await limitOf(id)).toMatchObject({ active_slots: 1 });
    const other = await runOf(id);
    expect((await claim(other)).body.status).toBe("REJECT");
  });

  test("may be one that several deployments share", async () => {
    const shared = await world().call(concurrencyLimits.create, { name: "database", limit: 1 });
    const [a, b] = [
      await deploy({ global_concurrency_limit_id: shared.id }),
      await deploy({ name: "b", global_concurrency_limit_id: shared.id }),
    ];
    expect((await claim(await runOf(a.id))).body.status).toBe("ACCEPT");
    expect((await claim(await runOf(b.id))).body.status).toBe("REJECT");
    await world().call(deployments.delete, { id: a.id });
    expect((await limitOf(b.id))?.name).toBe("database");
  });

  test("is changed, exchanged for a shared one, and taken away", async () => {
    const { id } = await deploy({ concurrency_limit: 1 });
    await world().call(deployments.update, { id, concurrency_limit: 5 });
    expect(await limitOf(id)).toMatchObject({ name: `deployment:${id}`, limit: 5 });
    const shared = await world().call(concurrencyLimits.create, { name: "database", limit: 1 });
    await world().call(deployments.update, { id, global_concurrency_limit_id: shared.id });
    const names = async () => (await world().call(concurrencyLimits.filter, {})).map(({ name }) => name);
    expect(await names()).toEqual(["database"]);
    await world().call(deployments.update, { id, concurrency_limit: null });
    expect(await limitOf(id)).toBeNull();
    expect(await names()).toEqual(["database"]);
  });

  test("is given back by a run that began before it was taken away", async () => {
    const shared = await world().call(concurrencyLimits.create, { name: "database", limit: 1 });
    const { id } = await deploy({ global_concurrency_limit_id: shared.id });
    const run = await runOf(id);
    await claim(run);
    await world().call(deployments.update, { id, global_concurrency_limit_id: null });
    await world().call(flowRuns.setState, { id: run, state: { type: "CRASHED" }, force: true });
    const { active_slots } = await world().call(concurrencyLimits.read, { id_or_name: shared.id });
    expect(active_slots).toBe(0);
  });

  test("does not matter to a run whose deployment is gone: it does not start", async () => {
    const deployment_id = "00000000-0000-4000-8000-000000000000";
    const { id } = await world().flowRun({ deployment_id, states: ["SCHEDULED"] });
    expect((await claim(id)).body).toMatchObject({
      status: "ABORT",
      details: { reason: "The run's deployment no longer exists." },
    });
  });
});
