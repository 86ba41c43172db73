import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeFolder, type ServerProcess, startPraetor, startServerProcess } from "../testing/scripts.ts";

// Each command is a process, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const folder = makeFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess(`${folder.path}/server`);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function praetor(...args: string[]) {
  const command = startPraetor(args, { PRAETOR_API_URL: `${server.url}/api` });
  return { code: await command.ended, output: command.output() };
}

test("automations are created from a file, listed, paused, resumed and deleted", async () => {
  const file = join(folder.path, "alarm.json");
  const trigger = { type: "event", posture: "Reactive", expect: ["prefect.flow-run.Failed"], threshold: 3 };
  writeFileSync(file, JSON.stringify({ name: "alarm", trigger, actions: [{ type: "do-nothing" }] }));
  expect((await praetor("automation", "create", "-f", file)).output).toMatch(/^alarm +created/);
  const listed = (await praetor("automation", "ls")).output;
  expect(listed).toMatch(/AUTOMATION +STATUS +WAITS FOR +DOES/);
  expect(listed).toMatch(/alarm +● enabled +prefect.flow-run.Failed 3 times +do-nothing/);
  expect((await praetor("automation", "pause", "alarm")).output).toMatch(/^alarm +paused/);
  expect((await praetor("automation", "inspect", "alarm")).output).toMatch(/^alarm +‖ paused/);
  const resumed = (await praetor("automation", "resume", "alarm", "--json")).output;
  expect(JSON.parse(resumed)).toMatchObject({ enabled: true });
  expect((await praetor("automation", "delete", "alarm")).output).toMatch(/^alarm +deleted/);
  expect(await praetor("automation", "inspect", "alarm")).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^No automation is named alarm\./),
  });
});

test("a file without a valid automation is refused with its errors", async () => {
  const file = join(folder.path, "wrong.json");
  writeFileSync(file, JSON.stringify([{ name: "a", trigger: { type: "metric" }, actions: [] }]));
  const { code, output } = await praetor("automation", "create", "-f", file);
  expect(code).toBe(1);
  expect(output).toMatch(/wrong\.json, automation 1: trigger\S*: expected a trigger of the type event/);
});
