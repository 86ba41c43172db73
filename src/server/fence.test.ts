import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GivenUpError } from "../client/client.ts";
import { artifacts } from "../schema/artifacts.ts";
import { attemptHeader, attemptText } from "../schema/attempt-tokens.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { logs } from "../schema/logs.ts";
import type { Input, Route } from "../schema/route.ts";
import type { StateType } from "../schema/states.ts";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld, type World } from "../testing/world.ts";

const timestamp = "2026-03-01T12:00:00.000000Z";

const describeFence = (name: string, open: () => Promise<World>) =>
  describe(name, () => {
    let world: World;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());

    /** Calls as an attempt of a run. */
    const as =
      (flowRunId: string, token: string) =>
      <R extends Route>(route: R, input: Input<R>) =>
        world.client.call(route, input, { headers: { [attemptHeader]: attemptText({ flowRunId, token }) } });
    const state = (type: StateType) => ({ type });

    /** A run that moved from one attempt to another. */
    async function takenOver() {
      const { id } = await world.flowRun({ states: ["SCHEDULED"] });
      const [first, second] = [as(id, newId()), as(id, newId())];
      for (const type of ["PENDING", "RUNNING"] as const)
        await first(flowRuns.setState, { id, state: state(type) });
      for (const type of ["CRASHED", "SCHEDULED"] as const)
        await world.call(flowRuns.setState, { id, state: state(type), force: true });
      return { id, first, second };
    }

    test("an attempt whose run was rescheduled is refused every proposal", async () => {
      const { id, first } = await takenOver();
      for (const type of ["RUNNING", "COMPLETED", "FAILED", "PENDING", "CRASHED"] as const)
        for (const force of [false, true])
          await expect(first(flowRuns.setState, { id, state: state(type), force })).rejects.toThrow(
            GivenUpError,
          );
      expect(await world.call(flowRuns.read, { id })).toMatchObject({ state_type: "SCHEDULED" });
    });

    test("the attempt that took the run continues, and the one before it does not", async () => {
      const { id, first, second } = await takenOver();
      for (const type of ["PENDING", "RUNNING"] as const)
        expect(await second(flowRuns.setState, { id, state: state(type) })).toMatchObject({
          status: "ACCEPT",
        });
      await expect(first(flowRuns.setState, { id, state: state("COMPLETED") })).rejects.toThrow(GivenUpError);
      expect(await second(flowRuns.setState, { id, state: state("FAILED") })).toMatchObject({
        status: "ACCEPT",
      });
      await expect(first(flowRuns.setState, { id, state: state("COMPLETED") })).rejects.toThrow(GivenUpError);
      expect(await world.call(flowRuns.read, { id })).toMatchObject({ state_type: "FAILED" });
    });

    test("it writes no logs, renews no lease, and creates nothing else", async () => {
      const { id, first, second } = await takenOver();
      const lines = [{ name: "it", level: 20, message: "still here", timestamp, flow_run_id: id }];
      await world.call(concurrencyLimits.create, { name: `db-${id}`, limit: 1 });
      const { lease_id } = await world.call(concurrencyLimits.incrementWithLease, {
        names: [`db-${id}`],
        slots: 1,
      });
      const renewal = { lease_id, lease_duration: 60 };
      await expect(first(logs.create, { logs: lines })).rejects.toThrow(GivenUpError);
      await expect(first(concurrencyLimits.renew, renewal)).rejects.toThrow(GivenUpError);
      await expect(first(artifacts.create, { key: "report", flow_run_id: id })).rejects.toThrow(GivenUpError);
      expect(await world.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } })).toEqual([]);
      await second(flowRuns.setState, { id, state: state("PENDING") });
      await second(logs.create, { logs: lines });
      await second(concurrencyLimits.renew, renewal);
    });

    test("of two claims one takes the run, and the other gets an abort", async () => {
      const { id } = await world.flowRun({ states: ["SCHEDULED"] });
      const claims = [as(id, newId()), as(id, newId())].map((call) =>
        call(flowRuns.setState, { id, state: state("PENDING") }),
      );
      expect((await Promise.all(claims)).map(({ status }) => status).toSorted()).toEqual(["ABORT", "ACCEPT"]);
    });

    test("clients that do not name themselves are not checked", async () => {
      const { id } = await takenOver();
      for (const type of ["PENDING", "RUNNING", "COMPLETED"] as const)
        expect(await world.call(flowRuns.setState, { id, state: state(type) })).toMatchObject({
          status: "ACCEPT",
        });
      await world.call(logs.create, {
        logs: [{ name: "it", level: 20, message: "done", timestamp, flow_run_id: id }],
      });
    });

    test("a state set on a running run is not overwritten by its process", async () => {
      const { id } = await world.flowRun({ states: ["SCHEDULED"] });
      const only = as(id, newId());
      for (const type of ["PENDING", "RUNNING"] as const)
        await only(flowRuns.setState, { id, state: state(type) });
      await world.call(flowRuns.setState, { id, state: state("FAILED"), force: true });
      expect(await only(flowRuns.setState, { id, state: state("COMPLETED") })).toMatchObject({
        status: "REJECT",
        state: { type: "FAILED" },
      });
    });

    test("an invalid token is reported", async () => {
      const { id } = await world.flowRun();
      const request = new Request(`http://praetor.test/api/flow_runs/${id}/set_state`, {
        method: "POST",
        headers: { [attemptHeader]: "somebody" },
        body: JSON.stringify({ state: { type: "RUNNING" } }),
      });
      const response = await world.fetch(request);
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({ detail: expect.stringContaining("<flow run id>/<token>") });
    });
  });

describeFence("an attempt that was given up, on SQLite", () => createWorld());
await describeOnPostgres("an attempt that was given up, on PostgreSQL", (databases) => {
  const open = storesIn(databases);
  describeFence("as on SQLite", () => createWorld({ open }));
});
