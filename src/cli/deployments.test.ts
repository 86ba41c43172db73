import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createClient } from "../client/client.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { deployments } from "../schema/deployments.ts";
import { flows } from "../schema/flows.ts";
import { makeFolder, type ServerProcess, startPraetor, startServerProcess } from "../testing/scripts.ts";

// Each command is a process, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const folder = makeFolder();
const file = join(folder.path, "flows.mts");
let server: ServerProcess;
beforeAll(async () => {
  const sdk = JSON.stringify(join(import.meta.dirname, "../index.ts"));
  const code = `
    import { flow } from ${sdk};
    export const greet = flow({ name: "greet" }, async (who = "you") => {
      console.log("hello " + who);
      if (who === "nobody") throw new Error("nobody is there");
    });
    export const nightly = greet.toDeployment({ name: "nightly", cron: "0 3 * * *", timezone: "Europe/Oslo", workPool: "here" });
    export const hourly = greet.toDeployment({ name: "hourly", interval: "1h", workPool: "here", limit: 2 });
    await greet.serve({ name: "not from the command" });
  `;
  writeFileSync(file, code);
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
const json = async (...args: string[]) => JSON.parse((await praetor(...args, "--json")).output);

test("a parameter that the schema forbids is refused with a suggestion", async () => {
  const client = createClient({ baseUrl: `${server.url}/api` });
  const { id: flow_id } = await client.call(flows.create, { name: "checked" });
  await client.call(deployments.create, {
    ...{ flow_id, name: "strict", enforce_parameter_schema: true },
    parameter_openapi_schema: {
      ...{ type: "object", additionalProperties: false },
      properties: { region: { type: "string" }, batch: { type: "integer" } },
    },
  });
  const { code, output } = await praetor("deployment", "run", "checked/strict", "--param", "regoin=eu");
  expect([code, output.trim()]).toEqual([1, "--param: there is no parameter “regoin”; did you mean region?"]);
  await praetor("deployment", "delete", "checked/strict");
});

test("a pool is created, deployments are deployed to it, listed, paused and resumed", async () => {
  expect((await praetor("work-pool", "create", "here", "--limit", "3")).output).toMatch(/^here +created/);
  expect(await json("deploy", file)).toMatchObject([{ name: "greet/hourly" }, { name: "greet/nightly" }]);
  const byHand = await praetor(
    "deploy",
    `${file}:greet`,
    "--name",
    "by-hand",
    "--pool",
    "here",
    "--param",
    "who=Ann",
  );
  expect(byHand.output).toMatch(/^greet\/by-hand +deployed/);

  const listed = (await praetor("deployment", "ls")).output;
  expect(listed).toMatch(/DEPLOYMENT +STATUS +SCHEDULE +POOL/);
  expect(listed).toMatch(/greet\/hourly .*every 1h .*here/);
  expect(listed).toMatch(/greet\/nightly .*0 3 \* \* \* \(Europe\/Oslo\) .*here/);
  expect((await praetor("deployment", "pause", "greet/nightly")).output).toMatch(/^greet\/nightly +paused/);
  expect((await praetor("deployment", "inspect", "nightly")).output).toMatch(/^greet\/nightly +‖ paused/);
  expect(await json("deployment", "resume", "greet/nightly")).toMatchObject([{ resumed: true }]);
  const shown = (await praetor("deployment", "inspect", "greet/hourly")).output;
  expect(shown).toMatch(/limit +0 of 2 taken, more wait/);
  expect(shown).toMatch(/entrypoint +.*flows\.mts:greet/);
});

test("watching a run prints its logs, and the exit code is that of the run", async () => {
  const worker = startPraetor(["worker", "start", "--pool", "here"], {
    PRAETOR_API_URL: `${server.url}/api`,
  });
  await worker.until("polls work pool");
  const good = await praetor("deployment", "run", "greet/by-hand", "--watch");
  expect(good.output).toMatch(/hello Ann[\s\S]*✓ Completed/);
  expect(good.code).toBe(0);
  const bad = await praetor("deployment", "run", "greet/by-hand", "--param", "who=nobody", "--watch");
  expect(bad.output).toMatch(/✗ Failed .*nobody is there/);
  expect(bad.code).toBe(1);
  worker.child.kill("SIGTERM");
  await worker.ended;
});

test("pools and their queues are shown, limited and paused", async () => {
  await praetor("work-queue", "create", "urgent", "--pool", "here", "--priority", "1", "--limit", "2");
  expect((await praetor("work-pool", "ls")).output).toMatch(/here +process .*0 of 3/);
  const shown = (await praetor("work-pool", "inspect", "here")).output;
  expect(shown).toMatch(/urgent +1 .*0 of 2\ndefault +2/);
  // The worker has been asked to stop: whether it already counts as offline depends on timing.
  expect(shown).toMatch(/● online|○ offline/);
  expect((await praetor("work-pool", "set-limit", "here")).output).toBe("here  not paused, no limit\n");
  expect((await praetor("work-pool", "pause", "here")).output).toMatch(/^here +paused/);
  expect(await json("work-queue", "pause", "urgent", "--pool", "here")).toMatchObject({ is_paused: true });
  expect((await praetor("work-queue", "delete", "urgent", "--pool", "here")).code).toBe(0);
});

test("limits are created, changed, reset and deleted, and list their holders", async () => {
  expect((await praetor("concurrency-limit", "create", "db", "2")).output).toBe("db  created with 2 slots\n");
  await server.client.call(concurrencyLimits.incrementWithLease, { names: ["db"], slots: 1 });
  expect((await praetor("concurrency-limit", "ls")).output).toMatch(/db +1 of 2 +● active/);
  const shown = (await praetor("concurrency-limit", "inspect", "db")).output;
  expect(shown).toMatch(/^db +1 of 2 taken[\s\S]*holder unknown +1 since/);
  expect((await praetor("concurrency-limit", "reset", "db")).code).toBe(0);
  expect(await json("concurrency-limit", "update", "db", "--limit", "5", "--disable")).toMatchObject({
    limit: 5,
    active: false,
    active_slots: 0,
  });
  expect((await praetor("concurrency-limit", "update", "db")).output).toMatch(/^Nothing to change/);
  expect((await praetor("concurrency-limit", "delete", "db")).code).toBe(0);
  const left: { name: string }[] = await json("concurrency-limit", "ls");
  expect(left.map(({ name }) => name.replace(/:.*/, ""))).toEqual(["deployment"]);
});

test("what cannot be deployed is reported in a sentence", async () => {
  const refused = async (...args: string[]) => {
    const { code, output } = await praetor(...args);
    expect(code).toBe(1);
    return output;
  };
  expect(await refused("deploy", join(folder.path, "none.ts"))).toMatch(
    /expected path\/to\/file\.ts:exportName/,
  );
  expect(await refused("deploy", `${file}:greet`, "--pool", "here")).toMatch(/needs a name/);
  expect(await refused("deploy", `${file}:greet`, "--name", "x")).toMatch(/has no work pool/);
  expect(await refused("deploy", `${file}:nothing`, "--name", "x", "--pool", "here")).toMatch(/as 'nothing'/);
  expect(await refused("deployment", "run", "greet/never")).toMatch(/^No deployment is named greet\/never/);
});

test("a deleted deployment no longer exists", async () => {
  expect((await praetor("deployment", "delete", "greet/hourly", "greet/by-hand")).code).toBe(0);
  const left: { name: string }[] = await json("deployment", "ls");
  expect(left.map(({ name }) => name)).toEqual(["nightly"]);
});
