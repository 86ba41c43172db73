import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { userAgent } from "../../client/client.ts";
import { attemptHeader, attemptLabel, attemptText } from "../../schema/attempt-tokens.ts";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { heartbeatEvent } from "../../schema/event-names.ts";
import type { EventCreate } from "../../schema/events.ts";
import { failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { type StateType, taskRunStates } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { describeOnPostgres, storesIn } from "../../testing/postgres-databases.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Heartbeats } from "../heartbeats.ts";
import { endSilentRuns } from "./crashes.ts";
import { groupFailures } from "./failures.ts";

const describeInference = (name: string, open: (now: () => number) => Promise<World>) =>
  describe(name, () => {
    let clock = Date.parse("2026-03-01T12:00:00Z");
    const now = () => clock;
    const wait = (seconds: number) => {
      clock += seconds * 1000;
    };
    let world: World;
    let heartbeats: Heartbeats;
    beforeAll(async () => {
      world = await open(now);
      heartbeats = new Heartbeats(now);
    });
    afterAll(() => world.close());

    const readFlow = (id: string) => world.call(flowRuns.read, { id });
    const readTask = (id: string) => world.call(taskRuns.read, { id });
    const namesOf = async (task_run_id: string) =>
      (await world.call(taskRunStates.list, { task_run_id })).map((state) => state.name);

    /** One attempt of a run, with the requests of its process. */
    async function attempt(input?: string) {
      const id = input ?? (await world.flowRun({ states: ["SCHEDULED"] })).id;
      const token = newId(clock);
      const name = { [attemptHeader]: attemptText({ flowRunId: id, token }) };
      const headers = { ...name, "user-agent": userAgent };
      const set = (type: StateType) =>
        world.client.call(flowRuns.setState, { id, state: { type } }, { headers });
      const resource = { "prefect.resource.id": `prefect.flow-run.${id}`, [attemptLabel]: token };
      const related = [{ ...resource, "prefect.resource.role": "flow-run" }];
      const beat = () => {
        const about = { event: heartbeatEvent, resource, related: [], payload: {}, follows: null };
        heartbeats.note([{ id: newId(clock), occurred: timestamp(clock), ...about }], null);
      };
      const report = (task: string, type: StateType, at = clock) =>
        world.store.ingest([taskEvent({ task, type, at, related })]);
      await set("PENDING");
      wait(1);
      await set("RUNNING");
      beat();
      return { id, set, beat, tell: report };
    }

    interface ReportedState {
      task: string;
      type: StateType;
      at: number;
      related: EventCreate["related"];
    }
    const taskEvent = ({ task, type, at, related }: ReportedState): EventCreate => ({
      id: newId(at),
      occurred: timestamp(at),
      event: `prefect.task-run.${type}`,
      resource: { "prefect.resource.id": `prefect.task-run.${task}`, "prefect.orchestration": "client" },
      related,
      payload: {
        validated_state: { type, name: type === "RUNNING" ? "Running" : "Completed" },
        task_run: { task_key: "load", dynamic_key: task, name: "load" },
      },
      follows: null,
    });

    /** A run with two tasks in progress whose process was silent for too long. */
    async function silent() {
      const own = await attempt();
      const [first, second] = [newId(clock), newId(clock)];
      for (const task of [first, second]) await own.tell(task, "RUNNING");
      wait(40);
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect(await readFlow(own.id)).toMatchObject({ state_type: "CRASHED" });
      expect(await readTask(first)).toMatchObject({ state_type: "CRASHED" });
      return { ...own, first, second };
    }

    test("a task that completed while it was cut off is completed, at the time it was", async () => {
      const { tell: report, first, second, set, id } = await silent();
      const at = clock - 30_000;
      await report(first, "COMPLETED", at);
      const task = await readTask(first);
      expect(task).toMatchObject({ state_type: "COMPLETED", end_time: timestamp(at) });
      expect(task.start_time).toBe(timestamp(clock - 40_000));
      expect(await namesOf(first)).toEqual(["Running", "Completed"]);
      expect(await readTask(second)).toMatchObject({ state_type: "CRASHED" });
      expect(await set("COMPLETED")).toMatchObject({ status: "ACCEPT" });
      expect(await readFlow(id)).toMatchObject({
        state_type: "COMPLETED",
        run_count: 1,
        total_run_time: expect.closeTo(40, 3),
      });
      expect(await world.store.rollups.differences()).toEqual([]);
    });

    test("a process that reports again has its run back, with its tasks as they were", async () => {
      const { beat, first, second, id } = await silent();
      wait(5);
      beat();
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect(await readFlow(id)).toMatchObject({ state_type: "RUNNING", run_count: 1, end_time: null });
      for (const task of [first, second]) {
        expect(await readTask(task)).toMatchObject({
          state_type: "RUNNING",
          end_time: null,
          total_run_time: 0,
        });
        expect(await namesOf(task)).toEqual(["Running"]);
      }
      expect(await world.store.rollups.differences()).toEqual([]);
    });

    test("what was no failure is counted nowhere", async () => {
      const { id, set } = await silent();
      wait(20);
      await groupFailures(world.store, now);
      const crashes = async () => {
        const groups = await world.call(failures.filter, {});
        return groups.reduce((sum, { recent }) => sum + recent, 0);
      };
      const before = await crashes();
      await set("COMPLETED");
      expect(before).toBeGreaterThan(0);
      expect(await crashes()).toBe(before - 1);
      expect(await readFlow(id)).toMatchObject({ state_type: "COMPLETED" });
    });

    test("the slot of its deployment is given back, and is the run's again under the same lease", async () => {
      const { id: flow_id } = await world.flow("limited");
      const deployment = { name: "here", flow_id, concurrency_limit: 1 };
      const { id } = await world.call(deployments.create, deployment);
      const run = await world.call(deployments.createFlowRun, { id });
      const own = await attempt(run.id);
      const taken = async () =>
        (await world.call(concurrencyLimits.read, { id_or_name: `deployment:${id}` })).active_slots;
      const lease = async () => (await readFlow(run.id)).state?.state_details.deployment_concurrency_lease_id;
      const before = await lease();
      expect(await taken()).toBe(1);
      wait(40);
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect(await taken()).toBe(0);
      own.beat();
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect([await taken(), await lease()]).toEqual([1, before]);
      await own.set("COMPLETED");
      expect(await taken()).toBe(0);
    });

    test("once the run was rescheduled its reports are refused, and the process is notified", async () => {
      const { id, tell: report, beat, first } = await silent();
      await world.call(flowRuns.setState, { id, state: { type: "SCHEDULED" }, force: true });
      expect(await report(first, "COMPLETED", clock - 30_000)).toHaveLength(1);
      expect(await report(newId(clock), "RUNNING")).toHaveLength(1);
      expect(await readTask(first)).toMatchObject({ state_type: "CRASHED" });
      beat();
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect(await readFlow(id)).toMatchObject({ state_type: "SCHEDULED" });
    });

    test("a process that is gone stays gone: what others tell, or began before, does not bring it back", async () => {
      const { id, tell: report, first, second } = await silent();
      await report(second, "RUNNING", clock - 39_000);
      await world.store.ingest([
        taskEvent({
          ...{ task: first, type: "COMPLETED", at: clock - 30_000 },
          related: [{ "prefect.resource.id": `prefect.flow-run.${id}`, "prefect.resource.role": "flow-run" }],
        }),
      ]);
      expect(await readTask(first)).toMatchObject({ state_type: "CRASHED" });
      expect(await readTask(second)).toMatchObject({ state_type: "CRASHED" });
      expect(await readFlow(id)).toMatchObject({ state_type: "CRASHED" });
    });

    test("a crash that a client has set does not yield", async () => {
      const own = await attempt();
      const { inferred_after } = (await silentState()) ?? {};
      const state = { type: "CRASHED" as const, state_details: inferred_after ? { inferred_after } : {} };
      await world.call(flowRuns.setState, { id: own.id, state, force: true });
      expect(await own.set("COMPLETED")).toMatchObject({ status: "REJECT", state: { type: "CRASHED" } });
      own.beat();
      await endSilentRuns(world.store, heartbeats, world.settings);
      expect(await readFlow(own.id)).toMatchObject({ state_type: "CRASHED" });
    });
    const silentState = async () => (await readFlow((await silent()).id)).state?.state_details;
  });

const describedAs = "a crash that the server inferred yields";
describeInference(`${describedAs}, on SQLite`, (now) => createWorld({ now }));
await describeOnPostgres(`${describedAs}, on PostgreSQL`, (databases) => {
  const open = storesIn(databases);
  describeInference("as on SQLite", (now) => createWorld({ now, open }));
});
