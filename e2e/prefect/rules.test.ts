import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiError, type Client, createClient } from "../../src/client/client.ts";
import { retryingSend } from "../../src/client/retrying-send.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import type { Input } from "../../src/schema/route.ts";
import { createWorld, type World } from "../../src/testing/world.ts";
import { startPrefectServer } from "./prefect-server.ts";
import { openPython, type Python } from "./python.ts";

// Every transition of a flow run, by a client without a user agent, on both servers.

type State = Input<typeof flowRuns.setState>["state"];

const stored = { type: "reference", serializer: { type: "json" }, storage_key: "kept" };
const ago = "2026-01-01T00:00:00Z";
const ahead = "2099-01-01T00:00:00Z";

const before: Record<string, State> = {
  SCHEDULED: { type: "SCHEDULED", state_details: { scheduled_time: ago } },
  "SCHEDULED for later": { type: "SCHEDULED", state_details: { scheduled_time: ahead } },
  Late: { type: "SCHEDULED", name: "Late", state_details: { scheduled_time: ago } },
  Resuming: { type: "SCHEDULED", name: "Resuming", state_details: { scheduled_time: ago } },
  PENDING: { type: "PENDING" },
  Submitting: { type: "PENDING", name: "Submitting" },
  RUNNING: { type: "RUNNING" },
  PAUSED: { type: "PAUSED", name: "Paused" },
  "PAUSED, timed out": { type: "PAUSED", name: "Paused", state_details: { pause_timeout: ago } },
  Suspended: { type: "PAUSED", name: "Suspended", state_details: { pause_reschedule: true } },
  CANCELLING: { type: "CANCELLING" },
  COMPLETED: { type: "COMPLETED" },
  "COMPLETED with a result": { type: "COMPLETED", data: stored },
  FAILED: { type: "FAILED" },
  CANCELLED: { type: "CANCELLED" },
  CRASHED: { type: "CRASHED" },
};
const after: Record<string, State> = {
  SCHEDULED: { type: "SCHEDULED" },
  Late: { type: "SCHEDULED", name: "Late" },
  AwaitingRetry: { type: "SCHEDULED", name: "AwaitingRetry" },
  PENDING: { type: "PENDING" },
  Submitting: { type: "PENDING", name: "Submitting" },
  RUNNING: { type: "RUNNING" },
  PAUSED: { type: "PAUSED", name: "Paused" },
  Suspended: { type: "PAUSED", name: "Suspended", state_details: { pause_reschedule: true } },
  CANCELLING: { type: "CANCELLING" },
  COMPLETED: { type: "COMPLETED" },
  FAILED: { type: "FAILED" },
  CANCELLED: { type: "CANCELLED" },
  CRASHED: { type: "CRASHED" },
};

let python: Python;
let world: World;
let prefect: Client;
beforeAll(async () => {
  python = openPython(undefined);
  const server = await startPrefectServer(python, { PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: "false" });
  const send = retryingSend(fetch, { giveUpAfter: 60_000, onlyRefused: true });
  prefect = createClient({ baseUrl: `${server.url}/api`, send });
  world = await createWorld();
});
afterAll(async () => {
  await world?.close();
  await python?.close();
});

/** Prefect's server closes idle connections, sometimes during a request; each case has its own run. */
async function repeated<T>(work: () => Promise<T>, left = 3): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (left === 0 || error instanceof ApiError) throw error;
    return repeated(work, left - 1);
  }
}

/** The result of each transition, by its name. */
async function answersOf(client: Client): Promise<Map<string, string>> {
  const { id: flow_id } = await client.call(flows.create, { name: "compared" });
  const { id: deployment } = await client.call(deployments.create, { name: "compared", flow_id });
  const answers = new Map<string, string>();
  const cases = Object.keys(before).flatMap((from) =>
    Object.keys(after).flatMap((to) => [
      { from, to, deployment_id: null, force: false },
      { from, to, deployment_id: deployment, force: false },
      { from, to, deployment_id: deployment, force: true },
    ]),
  );
  // Sequential: Prefect's server on SQLite is busy as soon as two requests write at once.
  for (const { from, to, deployment_id, force } of cases) {
    const [state, wanted] = [before[from], after[to]];
    if (!state || !wanted) throw new Error(`expected the states ${from} and ${to}`);
    const answer = await repeated(async () => {
      const { id } = await client.call(flowRuns.create, { flow_id, deployment_id });
      if (from !== "PENDING") await client.call(flowRuns.setState, { id, state, force: true });
      return client.call(flowRuns.setState, { id, state: wanted, force });
    });
    const whose = deployment_id === null ? "of a script" : "of a deployment";
    const name = `${from} → ${to}, ${whose}${force ? ", by force" : ""}`;
    answers.set(name, `${answer.status}: ${answer.state?.type} ${answer.state?.name}`);
  }
  return answers;
}

test("the same transitions are accepted and rejected as by Prefect's rules", async () => {
  const [theirs, ours] = [await answersOf(prefect), await answersOf(world.client)];
  const found = [...theirs].flatMap(([name, answer]) => {
    const own = ours.get(name) ?? "nothing";
    return own === answer ? [] : [[name, [answer, own]] as const];
  });
  expect(Object.fromEntries(found)).toEqual({});
  expect(theirs.size).toBe(3 * Object.keys(before).length * Object.keys(after).length);
});
