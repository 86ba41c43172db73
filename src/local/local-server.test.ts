import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient } from "../client/client.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { findHolder, type Holder } from "../store/admin/lock.ts";
import {
  makeFolder,
  runScript,
  type Script,
  type ServerProcess,
  startPraetor,
  startServerProcess,
} from "../testing/scripts.ts";

// Each test starts several programs, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000 });

let folder = makeFolder();
let scripts: Script[] = [];
let servers: ServerProcess[] = [];
beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  for (const { child } of scripts) child.kill("SIGKILL");
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all(scripts.map(({ ended }) => ended));
  [scripts, servers] = [[], []];
  folder.remove();
});

const home = () => join(folder.path, "home");
const database = () => join(home(), "praetor.db");

/** A script with a flow of one task, which continues when the script receives a signal. */
function script(name: string, body = "await go();", env: NodeJS.ProcessEnv = {}): Script {
  const code = `
    import { execFileSync } from "node:child_process";
    import { flow, task } from "praetor-flow";
    const go = () => new Promise<void>((resolve) => {
      const timer = setInterval(() => {}, 1000);
      process.once("SIGUSR2", () => { clearInterval(timer); resolve(); });
      console.log("INSIDE");
    });
    const step = task({ name: "step" }, async () => { ${body} });
    await flow({ name: "${name}" }, () => step())();
    console.log("DONE");
  `;
  const started = runScript(folder.path, code, { env: { PRAETOR_LOG_LEVEL: "error", ...env } });
  scripts.push(started);
  return started;
}

const goOn = ({ child }: Script) => child.kill("SIGUSR2");

async function server(): Promise<ServerProcess> {
  const started = await startServerProcess(home());
  servers.push(started);
  return started;
}

/** All recorded runs, read from a server. */
async function endsOf({ client }: Pick<ServerProcess, "client">): Promise<string[]> {
  const runs = await client.call(flowRuns.filter, {});
  const completed = { state: { type: { any_: ["COMPLETED" as const] } } };
  expect(await client.call(taskRuns.count, { task_runs: completed })).toBe(runs.length);
  return runs.map(({ state_name }) => String(state_name));
}

const holding = async (isWanted: (holder: Holder) => boolean): Promise<Holder> =>
  vi.waitFor(
    () => {
      const holder = findHolder(database());
      if (!holder?.url || !isWanted(holder)) throw new Error(`not so: ${JSON.stringify(holder)}`);
      return holder;
    },
    { timeout: 30_000, interval: 20 },
  );

test("a second script runs beside the first, continues when that ends, and a server takes over the store", async () => {
  const first = script("first");
  await first.until("INSIDE");
  const second = script("second");
  await second.until("INSIDE");
  expect(findHolder(database())).toMatchObject({ pid: first.child.pid, kind: "script" });

  goOn(first);
  expect(await first.ended).toBe(0);
  await holding(({ pid }) => pid === second.child.pid);

  const own = await server();
  expect(findHolder(database())).toMatchObject({ pid: own.child.pid, kind: "server" });
  goOn(second);
  expect(await second.ended).toBe(0);
  expect(await endsOf(own)).toEqual(["Completed", "Completed"]);
});

test("a script that waits for another one to end keeps serving the store to it", async () => {
  const inner = script("inner", "");
  expect(await inner.ended).toBe(0);
  const file = String(inner.child.spawnargs.at(-1));
  const outer = script("outer", `execFileSync(process.execPath, [${JSON.stringify(file)}]);`);
  expect(await outer.ended).toBe(0);
  expect(await endsOf(await server())).toEqual(["Completed", "Completed", "Completed"]);
});

test("a server with a password serves the scripts whose store it took over; a second server is refused", async () => {
  const running = script("running");
  await running.until("INSIDE");
  const start = () =>
    startPraetor(["server", "start", "--port", "0", "--no-ui", "--json"], {
      PRAETOR_HOME: home(),
      PRAETOR_API_AUTH_STRING: "me:secret",
    });
  const own = start();
  scripts.push(own);
  await own.until('"url"');
  const other = start();
  expect(await other.ended).toBe(1);
  expect(other.output()).toContain(`is in use by the process ${own.child.pid} at http`);
  goOn(running);
  expect(await running.ended).toBe(0);
  const { url } = await holding(({ kind }) => kind === "server");
  const client = createClient({ baseUrl: `${url}/api`, authString: "me:secret" });
  expect(await endsOf({ client })).toEqual(["Completed"]);
});

test("the store of a script is accessible to its user, who can read the token, and to no one else", async () => {
  const running = script("private");
  await running.until("INSIDE");
  const { url, token } = await holding(() => true);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const ask = async (authorization?: string) =>
    (
      await fetch(`${url}/api/flow_runs/count`, {
        method: "POST",
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      })
    ).status;
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  expect(await ask()).toBe(401);
  // Failed attempts of others do not lock the owner out.
  for (let wrong = 0; wrong < 20; wrong++) expect(await ask(basic(`praetor:${wrong}`))).not.toBe(200);
  expect(await ask(basic(String(token)))).toBe(200);
  const handover = await fetch(`${url}/api/praetor/handover`, { method: "POST", body: '{"pid":1}' });
  expect(handover.status).not.toBe(202);

  const env = { PRAETOR_HOME: home() };
  const list = startPraetor(["flow-run", "ls"], env);
  expect(await list.ended).toBe(0);
  expect(list.output()).toContain("private");
  const worker = startPraetor(["worker", "start", "--pool", "here"], env);
  expect(await worker.ended).toBe(1);
  expect(worker.output()).toContain("start one with `praetor server start`");
});

test("scripts with in-memory stores have one each, and leave no file", async () => {
  const env = { PRAETOR_DATABASE_URL: ":memory:" };
  const both = [script("one", "await go();", env), script("two", "await go();", env)];
  for (const each of both) await each.until("INSIDE");
  for (const each of both) goOn(each);
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(existsSync(home())).toBe(false);
});
