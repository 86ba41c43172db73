import { describe, expect, test } from "vitest";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { freshDeployments } from "../testing/deployments.ts";
import { wakeNextRuns } from "./services/next-runs.ts";

const { world, clock, deploy, read, post } = freshDeployments();

describe("the limit of a deployment", () => {
  const claim = (id: string, headers = { "user-agent": "praetor/1.0" }) =>
    post(`/flow_runs/${id}/set_state`, { state: { type: "PENDING" } }, headers);
  const runOf = async (id: string) => (await world().call(deployments.createFlowRun, { id })).id;
  const limitOf = async (id: string) => (await read(id)).global_concurrency_limit;

  test("gives its slot to a claim, and the next run waits", async () => {
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

  test("with CANCEL_NEW cancels runs without a slot, and applies the deployment's grace period", async () => {
    const { id } = await deploy({
      ...{ concurrency_limit: 1 },
      concurrency_options: { collision_strategy: "CANCEL_NEW", grace_period_seconds: 90 },
    });
    const [first, second] = [await runOf(id), await runOf(id)];
    const lease = (await claim(first)).body.state.state_details.deployment_concurrency_lease_id;
    expect((await world().store.concurrencyLimits.readLease(lease))?.expires).toBe(clock().time(90_000));
    expect((await claim(second)).body).toMatchObject({ status: "REJECT", state: { type: "CANCELLED" } });
  });

  test("keeps the slot of a run that starts late, with and without an expired lease", async () => {
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

  const propose = (id: string, state: object, agent: string) =>
    post(`/flow_runs/${id}/set_state`, { state }, { "user-agent": agent });
  const renew = async (lease: string) =>
    (await send(`/v2/concurrency_limits/leases/${lease}/renew`, { lease_duration: 300 })).status;
  const send = (path: string, body: unknown) =>
    world().fetch(
      new Request(`http://praetor.test/api${path}`, { method: "POST", body: JSON.stringify(body) }),
    );
  const clients = ["praetor/1.0", "prefect/3.8.8 (API 0.8.4)"];

  /** A started run with two retries, of a deployment with a limit of one. */
  async function begun(agent: string, retry_delay = 0) {
    const { id } = await deploy({ concurrency_limit: 1 });
    const run = await runOf(id);
    await world().call(flowRuns.update, { id: run, empirical_policy: { retries: 2, retry_delay } });
    const lease: string = (await propose(run, { type: "PENDING" }, agent)).body.state.state_details
      .deployment_concurrency_lease_id;
    await propose(run, { type: "RUNNING" }, agent);
    return { id, run, lease, other: await runOf(id) };
  }

  test.each(clients.flatMap((agent) => [0, 245, 3600].map((delay) => [agent, delay] as const)))(
    "keeps the slot of a run of %s that is retried in its process after %d s",
    async (agent, delay) => {
      const { id, run, lease, other } = await begun(agent, delay);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const failed = await propose(run, { type: "FAILED" }, agent);
        expect(failed.body).toMatchObject({ status: "REJECT", state: { name: "AwaitingRetry" } });
        for (let waited = 0; waited < delay; waited += 225) {
          expect((await claim(other)).body.status).toBe("REJECT");
          expect(await renew(lease)).toBe(204);
          clock().advance(Math.min(225, delay - waited) * 1000);
          await world().store.concurrencyLimits.expireLeases();
        }
        expect((await propose(run, { type: "RUNNING", name: "Retrying" }, agent)).body.status).toBe("ACCEPT");
        expect(await limitOf(id)).toMatchObject({ active_slots: 1 });
      }
      await propose(run, { type: "COMPLETED" }, agent);
      expect(await limitOf(id)).toMatchObject({ active_slots: 0 });
      expect((await claim(other)).body.status).toBe("ACCEPT");
    },
  );

  test("gets back the slot of a run that is cancelled between two attempts", async () => {
    const { id, run } = await begun("praetor/1.0", 60);
    await propose(run, { type: "FAILED" }, "praetor/1.0");
    await world().call(flowRuns.setState, { id: run, state: { type: "CANCELLED" }, force: true });
    expect(await limitOf(id)).toMatchObject({ active_slots: 0 });
  });

  test("replaces a slot lost between two attempts under the same lease, or lets the run wait", async () => {
    const { id, run, lease, other } = await begun("praetor/1.0", 400);
    await propose(run, { type: "FAILED" }, "praetor/1.0");
    clock().advance(301_000);
    await world().store.concurrencyLimits.expireLeases();
    expect((await claim(other)).body.status).toBe("ACCEPT");
    clock().advance(100_000);
    const again = () => propose(run, { type: "RUNNING", name: "Retrying" }, "praetor/1.0");
    expect((await again()).body).toMatchObject({ status: "WAIT", rule: "keepSlotBetweenAttempts" });
    await world().call(flowRuns.setState, { id: other, state: { type: "CANCELLED" }, force: true });
    expect((await again()).body.status).toBe("ACCEPT");
    expect(await renew(lease)).toBe(204);
    expect(await limitOf(id)).toMatchObject({ active_slots: 1 });
  });

  test("gets back the slot in a pause, and gives one again before the run continues", async () => {
    const { id, run, lease, other } = await begun("praetor/1.0");
    const pause = () => propose(run, { type: "PAUSED", name: "Paused" }, "praetor/1.0");
    const resume = () => world().call(flowRuns.resume, { id: run });
    await pause();
    expect(await limitOf(id)).toMatchObject({ active_slots: 0 });
    // A paused process still renews its lease, and would end its run if refused.
    clock().advance(600_000);
    expect(await renew(lease)).toBe(204);
    expect(await limitOf(id)).toMatchObject({ active_slots: 0 });
    expect((await resume()).state).toMatchObject({ type: "RUNNING" });
    expect(await limitOf(id)).toMatchObject({ active_slots: 1 });
    expect(await renew(lease)).toBe(204);
    await propose(run, { type: "PAUSED", name: "Paused", state_details: { pause_key: "2" } }, "praetor/1.0");
    expect((await claim(other)).body.status).toBe("ACCEPT");
    expect(await resume()).toMatchObject({ status: "ACCEPT", state: { name: "AwaitingConcurrencySlot" } });
    const due = await world().call(deployments.scheduledRuns, { deployment_ids: [id] });
    expect(due).toEqual([]);
    clock().advance(60_000);
    await wakeNextRuns(world().store, () => clock().now());
    const state = async () => (await world().call(flowRuns.read, { id: run })).state_name;
    expect(await state()).toBe("AwaitingConcurrencySlot");
    expect(await renew(lease)).toBe(204);
    await world().call(flowRuns.setState, { id: other, state: { type: "COMPLETED" }, force: true });
    await wakeNextRuns(world().store, () => clock().now());
    expect(await state()).toBe("Running");
    expect(await limitOf(id)).toMatchObject({ active_slots: 1 });
    expect(await renew(lease)).toBe(204);
    await propose(run, { type: "COMPLETED" }, "praetor/1.0");
    expect(await renew(lease)).toBe(410);
  });

  test("may be shared by several deployments", async () => {
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

  test("can be changed, replaced by a shared one, and removed", async () => {
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

  test("gets back the slot of a run that began before the limit was removed", async () => {
    const shared = await world().call(concurrencyLimits.create, { name: "database", limit: 1 });
    const { id } = await deploy({ global_concurrency_limit_id: shared.id });
    const run = await runOf(id);
    await claim(run);
    await world().call(deployments.update, { id, global_concurrency_limit_id: null });
    await world().call(flowRuns.setState, { id: run, state: { type: "CRASHED" }, force: true });
    const { active_slots } = await world().call(concurrencyLimits.read, { id_or_name: shared.id });
    expect(active_slots).toBe(0);
  });

  test("is irrelevant to a run of a deleted deployment, which does not start", async () => {
    const deployment_id = "00000000-0000-4000-8000-000000000000";
    const { id } = await world().flowRun({ deployment_id, states: ["SCHEDULED"] });
    expect((await claim(id)).body).toMatchObject({
      status: "ABORT",
      details: { reason: "The run's deployment no longer exists." },
    });
  });
});
