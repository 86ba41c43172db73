import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "../src/client/client.ts";
import { deployments } from "../src/schema/deployments.ts";
import { type FlowRun, flowRuns } from "../src/schema/flow-runs.ts";
import { type Process, start as startProcess, until } from "./processes.ts";

/** A flow that runs in its own process, as a user would start it. */
export interface RunningFlow {
  /** The flow run's id and name. */
  id: string;
  name: string;
  /** Writes a line to its standard input. */
  writeLine(line: string): void;
  /** Resolves with the exit code, or with the signal that ended it. */
  done: Promise<number | NodeJS.Signals>;
}

export interface Deployed {
  /** Of the deployment. */
  id: string;
}

/** A process that serves deployments or works for a pool. */
export interface Serving {
  /** Ends it: with a request, or immediately with SIGKILL. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** A real server with its own database, and real flows that report to it. */
export interface Praetor {
  url: string;
  client: Client;
  /** Starts `e2e/flows/<name>.ts` and waits until its flow run exists. */
  run(name: string, ...values: string[]): Promise<RunningFlow>;
  /** The same, and waits for the process to end. */
  finish(name: string, ...values: string[]): Promise<RunningFlow>;
  /** Starts `e2e/flows/<name>.ts`, which serves its flows, and waits until this deployment exists. */
  serve(name: string, deployment: string, ...values: string[]): Promise<Serving & Deployed>;
  /** Runs `e2e/flows/<name>.ts`, which registers this deployment for a pool. */
  deploy(name: string, deployment: string): Promise<Deployed>;
  /** Starts a worker of this pool. */
  work(pool: string): Promise<Serving>;
  /** Creates a run of a deployment. */
  ask(deploymentId: string, parameters?: Record<string, unknown>): Promise<FlowRun>;
  /** A finished run of this flow; shared by all callers, which must not change it. */
  sample(name: string): Promise<RunningFlow>;
  /** Ends the flows that still run. */
  endFlows(): Promise<void>;
  /** Kills the server without a chance to write, like a power failure. */
  kill(): Promise<void>;
  /** Restarts it, on the same address and database. */
  revive(): Promise<void>;
  /** Ends everything and removes the database. */
  close(): Promise<void>;
}

/** With the given settings, which are also passed to its flows and clients. */
export async function startPraetor(settings: Record<string, string> = {}): Promise<Praetor> {
  const home = mkdtempSync(join(tmpdir(), "praetor-e2e-"));
  let server = await startServer(home, 0, settings);
  const { url } = server;
  const client = createClient({ baseUrl: `${url}/api`, authString: settings.PRAETOR_API_AUTH_STRING });
  const known = new Set<string>();
  const samples = new Map<string, Promise<RunningFlow>>();
  let flows: Process[] = [];
  let servings: Process[] = [];

  const run = async (name: string, ...values: string[]): Promise<RunningFlow> => {
    const flow = start([join("e2e/flows", `${name}.ts`), ...values], {
      ...settings,
      PRAETOR_API_URL: `${url}/api`,
      PRAETOR_HOME: home,
    });
    flows.push(flow);
    const found = await newestRun(client, { name, known, flow });
    known.add(found.id);
    return { ...found, done: flow.ended, writeLine: (line) => void flow.child.stdin?.write(`${line}\n`) };
  };
  const finish = async (name: string, ...values: string[]) => {
    const flow = await run(name, ...values);
    await flow.done;
    return flow;
  };
  const endFlows = async () => {
    for (const { child } of flows) child.kill("SIGTERM");
    // A graceful stop would wait for the runs they started.
    for (const { child } of servings) child.kill("SIGKILL");
    await Promise.all([...flows, ...servings].map(({ ended }) => ended));
    [flows, servings] = [[], []];
  };

  const own = { ...settings, PRAETOR_API_URL: `${url}/api`, PRAETOR_HOME: home };
  const named = (deployment: string): Promise<Deployed | undefined> => {
    const [flow_name = "", deployment_name = ""] = deployment.split("/");
    return client.call(deployments.readByName, { flow_name, deployment_name }).catch(() => undefined);
  };
  const serving = (process: Process): Serving => {
    servings.push(process);
    return {
      async end(signal) {
        process.child.kill(signal);
        await process.ended;
      },
    };
  };

  return {
    url,
    client,
    run,
    finish,
    async serve(name, deployment, ...values) {
      const process = start([join("e2e/flows", `${name}.ts`), ...values], own);
      return { ...serving(process), ...(await until(process, () => named(deployment))) };
    },
    async deploy(name, deployment) {
      const process = start([join("e2e/flows", `${name}.ts`)], own);
      const code = await process.ended;
      const found = await named(deployment);
      if (code === 0 && found) return found;
      throw new Error(`expected ${name}.ts to deploy ${deployment}; it wrote:\n${process.output()}`);
    },
    async work(pool) {
      const process = start(["src/cli/main.ts", "worker", "start", "--pool", pool], own);
      await until(process, async () => (/polls work pool/.test(process.output()) ? true : undefined));
      return serving(process);
    },
    ask: (id, parameters = {}) => client.call(deployments.createFlowRun, { id, parameters }),
    sample(name) {
      const known = samples.get(name) ?? finish(name);
      samples.set(name, known);
      return known;
    },
    endFlows,
    async kill() {
      server.child.kill("SIGKILL");
      await server.ended;
    },
    async revive() {
      server = await startServer(home, Number(new URL(url).port), settings);
    },
    async close() {
      await endFlows();
      server.child.kill("SIGTERM");
      await server.ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const start = (args: readonly string[], env: Record<string, string>): Process =>
  startProcess(process.execPath, args, env);

async function startServer(
  home: string,
  port: number,
  settings: Record<string, string>,
): Promise<Process & { url: string }> {
  const args = ["src/cli/main.ts", "server", "start", "--port", String(port), "--home", home];
  const server = start(args, settings);
  const url = await until(server, async () => /http:\/\/[\d.]+:\d+/.exec(server.output())?.[0]);
  return { ...server, url };
}

interface Search {
  name: string;
  known: ReadonlySet<string>;
  flow: Process;
}

const newestRun = (client: Client, { name, known, flow }: Search) =>
  until(flow, async () => {
    const runs = await client.call(flowRuns.filter, {
      flows: { name: { any_: [name] } },
      sort: "EXPECTED_START_TIME_DESC",
      limit: 20,
    });
    return runs.find((run) => !known.has(run.id));
  });
