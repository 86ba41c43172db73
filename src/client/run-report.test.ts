import { afterAll, beforeAll, expect, test } from "vitest";
import { artifacts } from "../schema/artifacts.ts";
import { deployments } from "../schema/deployments.ts";
import { events, runErrorEvent } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { logs } from "../schema/logs.ts";
import { timestamp } from "../schema/scalars.ts";
import { createWorld, type World } from "../testing/world.ts";
import { type Client, createClient } from "./client.ts";
import { exportRun } from "./run-export.ts";
import { longestReport, runMarkdown } from "./run-markdown.ts";
import { readRunFacts } from "./run-report.ts";

let world: World;
let ours: Client;
let theirs: Client;
beforeAll(async () => {
  world = await createWorld();
  const baseUrl = "http://praetor.test/api";
  ours = createClient({ baseUrl, send: (request) => world.fetch(request) });
  // A Prefect server has none of our own routes.
  theirs = createClient({
    baseUrl,
    send: async (request) =>
      new URL(request.url).pathname.startsWith("/api/praetor/")
        ? Response.json({ detail: "Not Found" }, { status: 404 })
        : world.fetch(request),
  });
});
afterAll(() => world.close());

const at = (n: number) => timestamp(Date.parse("2026-03-01T12:00:00Z") + n * 1000);

/** A deployed run that failed in a task of a subflow, with log lines, an error, and secrets in all of them. */
async function failedRun() {
  const flow = await world.flow("etl");
  const deployment = await world.call(deployments.create, {
    ...{ flow_id: flow.id, name: "nightly", version: "v7" },
    job_variables: { env: { DB_PASSWORD: "hunter2" } },
  });
  const run = await world.call(deployments.createFlowRun, {
    id: deployment.id,
    parameters: { day: "2026-03-01", api_key: "k-123456", source: "postgres://u:hunter2@db/x" },
  });
  for (const type of ["PENDING", "RUNNING"] as const)
    await world.call(flowRuns.setState, { id: run.id, state: { type } });
  const task = await world.taskRun({
    ...{ flowRun: run, key: "load", name: "load-0" },
    states: ["RUNNING", { type: "FAILED", message: "TimeoutError: db did not answer" }],
  });
  const state = { type: "FAILED", message: "1/2 states failed with `x` in ```" } as const;
  await world.call(flowRuns.setState, { id: run.id, state });
  const line = (message: string, n: number) => ({
    ...{ name: "l", message, level: 40, timestamp: at(n), flow_run_id: run.id, task_run_id: task.id },
  });
  const lines = Array.from({ length: 50 }, (_, n) => line(`line ${n}`, n));
  const last = line("connect postgres://u:hunter2@db/x token=abcdef", 60);
  await world.call(logs.create, { logs: [...lines, last] });
  return { run, task };
}

const reportError = (taskId: string) =>
  world.call(events.create, {
    events: [
      {
        ...{ id: newId(), event: runErrorEvent, occurred: timestamp(Date.now()) },
        resource: { "prefect.resource.id": `prefect.task-run.${taskId}` },
        payload: {
          attempt: 1,
          chain: [
            {
              ...{ name: "TimeoutError", message: "db did not answer", properties: {} },
              frames: [
                {
                  ...{ file: "/app/etl.ts", line: 12, column: 3, function: "load" },
                  ...{ library: false, source: null },
                },
              ],
            },
          ],
        },
      },
    ],
  });

test("a failed run is reported with its cause, the stack, the last lines, parameters, versions and the link", async () => {
  const { run, task } = await failedRun();
  await reportError(task.id);
  const text = runMarkdown(await readRunFacts(ours, run.id), { link: `http://host/runs/${run.id}` });
  expect(text).toContain(`# \`etl\` run \`${run.name}\`: Failed`);
  expect(text).toContain("- Deployment: `nightly`");
  expect(text).toContain("deployment v7");
  expect(text).toContain(`- Link: http://host/runs/${run.id}`);
  expect(text).toContain("## Cause\n\nTask `load-0` failed:");
  expect(text).toContain("TimeoutError: db did not answer\n    at load (/app/etl.ts:12:3)");
  expect(text).toContain("## Last log lines of the task (UTC)");
  expect(text).toContain("2026-03-01 12:00:49.000 ERROR line 49");
  expect(text).not.toContain("line 5\n");
  expect(text).toContain('"day": "2026-03-01"');
});

test("it contains no secret, and is the same from a Prefect server", async () => {
  const { run } = await failedRun();
  for (const client of [ours, theirs]) {
    const text = runMarkdown(await readRunFacts(client, run.id));
    expect(text).not.toMatch(/hunter2|k-123456|abcdef|DB_PASSWORD/);
    expect(text).toContain("postgres://u:[hidden]@db/x");
    expect(text).toContain("Task `load-0` failed");
  }
});

test("however much there is to report, it is bounded, and fences are longer than those inside", async () => {
  const { run, task } = await failedRun();
  const facts = await readRunFacts(ours, run.id);
  const long = "x```` ".repeat(100_000);
  const text = runMarkdown({
    ...facts,
    run: { ...facts.run, parameters: { long }, tags: Array(50).fill("t`t") },
    error: long,
    lastLines: Array(30).fill({ ...facts.lastLines[0], message: long, task_run_id: task.id }),
    failedTasks: Array(20).fill({ id: task.id, name: "`", state_name: "Failed", state: { message: long } }),
  });
  expect(text.length).toBeLessThanOrEqual(longestReport);
  expect(text).toContain("`````text");
});

test("a run that did not fail is reported without a cause", async () => {
  const run = await world.flowRun({ flow: "quiet", states: ["RUNNING", "COMPLETED"] });
  const text = runMarkdown(await readRunFacts(ours, run.id));
  expect(text).toContain("# `quiet` run");
  expect(text).not.toContain("## Cause");
  expect(text).not.toContain("## Parameters");
});

test("a run is exported with its states, task runs, artifacts and the end of its log, without secrets", async () => {
  const { run, task } = await failedRun();
  await world.call(artifacts.create, { key: "made", type: "markdown", data: "# x", flow_run_id: run.id });
  const many = Array.from({ length: 2_100 }, (_, n) => ({
    ...{ name: "l", message: `more ${n}`, level: 20, timestamp: at(100 + n), flow_run_id: run.id },
  }));
  await world.call(logs.create, { logs: many });
  for (const client of [ours, theirs]) {
    const exported = await exportRun(client, run.id);
    expect(exported).toMatchObject({
      flow_run: { id: run.id, parameters: { api_key: "[hidden]" } },
      ...{ flow: { name: "etl" }, task_runs: [{ id: task.id }], artifacts: [{ key: "made" }] },
      omitted: { task_runs: 0, logs: `before ${at(200)}` },
    });
    expect(exported.states.map(({ type }) => type)).toEqual(["SCHEDULED", "PENDING", "RUNNING", "FAILED"]);
    expect(exported.logs).toHaveLength(2_000);
    expect(exported.logs.at(-1)?.message).toBe("more 2099");
    expect(JSON.stringify(exported)).not.toContain("k-123456");
  }
});
