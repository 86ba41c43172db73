import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as base, type ConsoleMessage, expect } from "@playwright/test";
import { type Client, createClient } from "../src/client/client.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";

const root = resolve(import.meta.dirname, "..");

/** A flow that runs in a process of its own, as a user would start it. */
export interface RunningFlow {
  child: ChildProcess;
  /** The flow run's id, as soon as the server knows it. */
  id: string;
  /** Resolves with the exit code. */
  done: Promise<number | null>;
}

export interface Praetor {
  url: string;
  client: Client;
  /** Starts `e2e/flows/<name>.ts` and waits until its flow run exists. */
  run(name: string, ...values: string[]): Promise<RunningFlow>;
  /** The same, and waits for the process to end. */
  finish(name: string, ...values: string[]): Promise<string>;
}

function start(file: string, values: string[], env: Record<string, string>) {
  return spawn(process.execPath, [join(root, file), ...values], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const exited = (child: ChildProcess) =>
  new Promise<number | null>((done) =>
    child.exitCode === null ? child.once("exit", done) : done(child.exitCode),
  );

async function firstUrl(server: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    const url = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
    if (url) return url;
  }
  throw new Error(`the server ended without naming its URL: ${text}`);
}

async function newestRun(client: Client, flowName: string, known: ReadonlySet<string>): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const runs = await client.call(flowRuns.filter, {
      flows: { name: { any_: [flowName] } },
      sort: "EXPECTED_START_TIME_DESC",
      limit: 20,
    });
    const found = runs.find((run) => !known.has(run.id));
    if (found) return found.id;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`no run of the flow ${flowName} appeared within 10 s`);
}

export const test = base.extend<{ quiet: undefined }, { praetor: Praetor }>({
  praetor: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument to be destructured.
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), "praetor-e2e-"));
      const server = start("src/cli/main.ts", ["server", "start", "--port", "0", "--home", home], {});
      const url = await firstUrl(server);
      const client = createClient({ baseUrl: `${url}/api` });
      const known = new Set<string>();
      const children: ChildProcess[] = [server];

      const run = async (name: string, ...values: string[]): Promise<RunningFlow> => {
        const child = start(`e2e/flows/${name}.ts`, values, {
          PRAETOR_API_URL: `${url}/api`,
          PRAETOR_HOME: home,
        });
        children.push(child);
        const id = await newestRun(client, name, known);
        known.add(id);
        return { child, id, done: exited(child) };
      };
      const finish = async (name: string, ...values: string[]) => {
        const { id, done } = await run(name, ...values);
        await done;
        return id;
      };

      await use({ url, client, run, finish });

      for (const child of children.reverse()) child.kill("SIGTERM");
      await Promise.all(children.map(exited));
      rmSync(home, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  /** A page that writes an error to the console fails its test. */
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("console", (message: ConsoleMessage) => {
        if (message.type() === "error") errors.push(message.text());
      });
      page.on("pageerror", (error) => errors.push(String(error)));
      await use(undefined);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
