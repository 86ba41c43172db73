import { expect, test } from "vitest";
import { ReceivedEvent } from "../../schema/events.ts";
import { flowRunPatchOf, isHeartbeat, nounOf, relatedIds, rowIdOf, taskRunOf } from "./events.ts";

const id = (digit: number) => `01a22ffd-0aad-77cd-895f-00000000000${digit}`;
const [runId, taskId, eventId] = [id(1), id(2), id(3)];

/** As a Prefect server sends it. */
const eventOf = (patch: object) =>
  ReceivedEvent.parse({
    id: eventId,
    occurred: "2026-12-01T05:04:02.739530Z",
    received: "2026-12-01T05:04:02.804256Z",
    follows: null,
    payload: {},
    related: [],
    ...patch,
  });

const failed = eventOf({
  event: "prefect.task-run.Failed",
  resource: {
    "prefect.resource.id": `prefect.task-run.${taskId}`,
    "prefect.resource.name": "step-ee3",
    "prefect.state-type": "FAILED",
    "prefect.orchestration": "client",
  },
  related: [
    { "prefect.resource.id": `prefect.flow-run.${runId}`, "prefect.resource.role": "flow-run" },
    { "prefect.resource.id": "prefect.flow.f", "prefect.resource.role": "flow" },
  ],
  payload: {
    intended: { from: "RUNNING", to: "FAILED" },
    initial_state: { type: "RUNNING", name: "Running", message: "", state_details: {} },
    validated_state: {
      ...{ type: "FAILED", name: "Failed", message: "three is bad" },
      ...{ state_details: { retriable: false }, data: null },
    },
    task_run: {
      ...{ name: "step-ee3", task_key: "step-9d5c1084", dynamic_key: "ee32bfd1", tags: [], labels: {} },
      empirical_policy: { max_retries: 0, retry_delay_seconds: 0, retries: 0, retry_delay: 0 },
      task_inputs: { n: [{ input_type: "task_run", id: eventId }] },
      ...{ run_count: 1, flow_run_run_count: 1, total_run_time: 0.51422 },
      start_time: "2026-12-01T05:04:02.225310Z",
      end_time: "2026-12-01T05:04:02.739530Z",
    },
  },
});

test.each([
  ["prefect.flow-run.Running", "flow-runs"],
  ["prefect.task-run.AwaitingRetry", "task-runs"],
  ["prefect.work-pool.not-ready", "work-pools"],
  ["prefect.deployment.created", "deployments"],
  ["prefect.concurrency-limit.acquired", "concurrency-limits"],
  ["prefect.log.write", undefined],
  ["praetor.error", undefined],
  ["thing.happened", undefined],
])("%s is about %s", (event, noun) => {
  expect(nounOf({ event })).toBe(noun);
});

test("a sign of life is no change", () => {
  expect(isHeartbeat({ event: "prefect.flow-run.heartbeat" })).toBe(true);
  expect(isHeartbeat({ event: "prefect.flow-run.Running" })).toBe(false);
});

test("an event of a task run tells its whole row", () => {
  expect(rowIdOf(failed)).toBe(taskId);
  expect(relatedIds(failed, "flow-run")).toEqual([runId]);
  expect(taskRunOf(failed)).toMatchObject({
    ...{ id: taskId, flow_run_id: runId, name: "step-ee3", task_key: "step-9d5c1084" },
    ...{ state_type: "FAILED", state_name: "Failed", state_id: eventId, run_count: 1 },
    ...{ total_run_time: 0.51422, task_inputs: { n: [{ input_type: "task_run", id: eventId }] } },
    state: { type: "FAILED", message: "three is bad", timestamp: "2026-12-01T05:04:02.739530Z" },
    ...{ cache_key: null, expected_start_time: null },
  });
});

test("an event of a flow run tells its state, and the end where that is the last one", () => {
  const resource = { "prefect.resource.id": `prefect.flow-run.${runId}` };
  const stateEvent = (type: string) =>
    eventOf({
      event: `prefect.flow-run.${type}`,
      resource,
      payload: { validated_state: { type, name: type } },
    });
  const completed = flowRunPatchOf(stateEvent("COMPLETED"));
  expect(completed).toMatchObject({
    ...{ id: runId, state_type: "COMPLETED", updated: "2026-12-01T05:04:02.739530Z" },
    ...{ end_time: "2026-12-01T05:04:02.739530Z", state: { type: "COMPLETED", message: null } },
  });
  expect(flowRunPatchOf(stateEvent("RUNNING"))).not.toHaveProperty("end_time");
});

test.each([
  ["without a payload", {}],
  ["with a state of an unknown type", { validated_state: { type: "DREAMING", name: "x" }, task_run: {} }],
  ["with a task run that is none", { validated_state: { type: "RUNNING", name: "Running" }, task_run: "x" }],
  ["with half a task run", { validated_state: { type: "RUNNING", name: "Running" }, task_run: { name: 1 } }],
])("an event %s tells no task run", (_, payload) => {
  expect(taskRunOf({ ...failed, payload })).toBeUndefined();
});
