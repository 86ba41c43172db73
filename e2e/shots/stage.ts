import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { concurrencyLimits } from "../../src/schema/concurrency-limits.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { startPraetor } from "../praetor.ts";
import { openPython } from "../prefect/python.ts";
import { type Process, root, start } from "../processes.ts";

/** A server for the pictures, and flows of every shape that run on it. */
export interface Stage {
  url: string;
  /** Runs a flow of `e2e/flows/shapes.ts` to its end, in any state. */
  play(shape: string, argument?: string): Promise<void>;
  /** Starts one, and leaves it running. */
  begin(shape: string, argument?: string): void;
  /** Runs `e2e/prefect/shapes.py`; only where PREFECT_BIN is set. */
  playPython(argument?: string): Promise<void>;
  /** Starts `e2e/flows/<name>.ts`, and leaves it running. */
  beginFlow(name: string): Promise<void>;
  /** The newest run of this flow in this state, once there is one. */
  run(flow: string, state: string): Promise<string>;
  /** Resolves when so many task runs of a flow run have completed. */
  completed(flowRunId: string, count: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const praetor = await startPraetor();
  const { url, client } = praetor;
  const home = mkdtempSync(join(tmpdir(), "praetor-shots-"));
  const python = process.env.PREFECT_BIN ? openPython(`${url}/api`) : undefined;
  const begun: Process[] = [];
  await client.call(concurrencyLimits.create, { name: "warehouse", limit: 1 });

  const begin = (shape: string, argument?: string) => {
    const args = [join(root, "e2e/flows/shapes.ts"), shape, ...(argument ? [argument] : [])];
    const flow = start(process.execPath, args, { PRAETOR_API_URL: `${url}/api`, PRAETOR_HOME: home });
    begun.push(flow);
    return flow;
  };
  return {
    url,
    begin,
    async play(shape, argument) {
      await begin(shape, argument).ended;
    },
    async playPython(argument) {
      await python?.script("shapes", argument ? [argument] : []).ended;
    },
    async beginFlow(name) {
      await praetor.run(name);
    },
    run: (flow, state) =>
      eventually(`a run of ${flow} that is ${state}`, async () => {
        const [run] = await client.call(flowRuns.filter, {
          flows: { name: { any_: [flow] } },
          flow_runs: { state: { name: { any_: [state] } } },
          sort: "START_TIME_DESC",
          limit: 1,
        });
        return run?.id;
      }),
    async completed(flowRunId, count) {
      await eventually(`${count} completed task runs`, async () => {
        const filter = {
          flow_runs: { id: { any_: [flowRunId] } },
          task_runs: { state: { type: { any_: ["COMPLETED" as const] } } },
        };
        return (await client.call(taskRuns.count, filter)) >= count ? true : undefined;
      });
    },
    async close() {
      for (const { child } of begun) child.kill("SIGKILL");
      await Promise.all(begun.map(({ ended }) => ended));
      await python?.close();
      await praetor.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Polls until there is an answer. */
async function eventually<T>(what: string, answer: () => Promise<T | undefined>): Promise<T> {
  for (const since = Date.now(); Date.now() - since < 120_000; await sleep(100)) {
    const found = await answer();
    if (found !== undefined) return found;
  }
  throw new Error(`expected ${what}, which did not come in two minutes`);
}
