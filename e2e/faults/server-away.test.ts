import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { makeFolder, runScript, type Script, startServerProcess } from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

// The server is stopped while a flow is in progress, for longer than any request waits.

const awaySeconds = scaled(3, 150);
/** Three events each: more than fit in memory. */
const tasks = scaled(4000, 20_000);

const folder = makeFolder();
afterAll(() => folder.remove());

/** A flow that does all its work once the file `gone` is there. */
function work(home: string, env: Record<string, string>): Script {
  const code = `
    import { existsSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { flow, task } from "praetor-flow";
    let bodies = 0;
    const step = task({ name: "step" }, async () => void bodies++);
    const main = flow({ name: "away" }, async () => {
      console.log("STARTED");
      while (!existsSync(${JSON.stringify(`${home}/gone`)})) await sleep(20);
      const results = step.map(Array.from({ length: ${tasks} }, (_, n) => n));
      await results.result();
      console.log("DONE", bodies);
    });
    await main();
    console.log("ENDED");
  `;
  return runScript(folder.path, code, { env });
}

/** Starts a server and the flow, and stops the server; returns the address to restart at. */
async function abandoned(name: string, env: Record<string, string>) {
  const home = `${folder.path}/${name}`;
  const server = await startServerProcess(home);
  const script = work(home, { PRAETOR_API_URL: `${server.url}/api`, ...env });
  await script.until("STARTED");
  await server.stop("SIGKILL");
  writeFileSync(`${home}/gone`, "");
  return { home, port: Number(new URL(server.url).port), script };
}
const printed = (script: Script, text: string) =>
  expect.poll(() => script.output(), { timeout: 120_000 }).toContain(text);

test(`a flow whose server is away for ${awaySeconds} s does its work, waits, and completes with all records`, {
  timeout: 240_000 + awaySeconds * 1000,
}, async () => {
  const { home, port, script } = await abandoned("returns", {});
  await printed(script, `DONE ${tasks}`);
  await sleep(awaySeconds * 1000);
  expect(script.child.exitCode).toBeNull();
  const server = await startServerProcess(home, port);
  expect(await script.ended, script.output()).toBe(0);
  expect(script.output()).toContain("ENDED");
  const lines = script.output().match(/^.*[Ww]aiting for the server.*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(2 + Math.ceil(awaySeconds / 60) + 2);
  expect(script.output()).toContain("Reconnected to the server");
  const flows = { name: { any_: ["away"] } };
  expect(await server.client.call(flowRuns.filter, { flows })).toMatchObject([
    { state_type: "COMPLETED", run_count: 1 },
  ]);
  const completed = { state: { type: { any_: ["COMPLETED" as const] } } };
  expect(await server.client.call(taskRuns.count, { flows })).toBe(tasks);
  expect(await server.client.call(taskRuns.count, { flows, task_runs: completed })).toBe(tasks);
  await server.stop();
});

test("a flow whose server does not come back ends after its patience, with the reason", async () => {
  const { script } = await abandoned("stays-away", { PRAETOR_CLIENT_PATIENCE_SECONDS: "3" });
  await printed(script, `DONE ${tasks}`);
  expect(await script.ended).toBe(1);
  expect(script.output()).not.toContain("ENDED");
  expect(script.output()).toMatch(/was unreachable for \d+ s|No server answers at/);
}, 240_000);
