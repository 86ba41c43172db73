import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { type Log, logLevels, logs } from "../../schema/logs.ts";
import { maxPage, timestamp, toMs } from "../../schema/scalars.ts";
import { isFinal } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { connect } from "../connect.ts";
import { dim, oneLine, print, styled } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findRun } from "./find.ts";
import type { LogsOptions } from "./options.ts";

/** Lines of several processes arrive out of order: lines of this age are read again. */
const lateMs = 5000;
const everyMs = 1000;
/**
 * The last lines of a run arrive after its end: the process that started it ships its output every two seconds and
 * when it has ended. After this many milliseconds without a line the log counts as complete, at the latest after
 * `longestTail`: a process that was given up may never stop.
 */
const quietMs = 3000;
const longestTail = 30_000;

export async function printLogs(id: string, options: LogsOptions): Promise<void> {
  const client = connect();
  const level = levelOf(options.level);
  const run = await findRun(client, id);
  const show = options.json ? (log: Log) => print(JSON.stringify(log)) : await pretty(client);
  const seen = new Set<string>();
  let after = timestamp(0);
  let tail: Tail | undefined;
  for (;;) {
    let isQuiet = true;
    for await (const log of linesAfter(client, run.id, { after, level })) {
      if (seen.has(log.id)) continue;
      seen.add(log.id);
      isQuiet = false;
      await show(log);
      after = timestamp(Math.max(toMs(after), toMs(log.timestamp) - lateMs));
    }
    if (!options.follow || tail?.isOver(isQuiet)) return;
    await sleep(tail ? everyMs / 4 : everyMs);
    const { state_type } = await client.call(flowRuns.read, { id: run.id });
    if (state_type !== null && isFinal(state_type)) tail ??= new Tail();
  }
}

/** The rest of a log after its run has ended. */
class Tail {
  readonly #began = performance.now();
  #quietSince = this.#began;

  /** Called after each read with whether it found no new line. */
  isOver(isQuiet: boolean): boolean {
    const now = performance.now();
    if (!isQuiet) this.#quietSince = now;
    return now - this.#quietSince >= quietMs || now - this.#began >= longestTail;
  }
}

/** Resolves when the run has ended. */
export async function untilEnded(client: Client, id: string): Promise<FlowRun> {
  for (;;) {
    const run = await client.call(flowRuns.read, { id });
    if (run.state_type !== null && isFinal(run.state_type)) return run;
    await sleep(everyMs);
  }
}

async function* linesAfter(
  client: Client,
  runId: string,
  { after, level }: { after: string; level: number },
) {
  const filter = {
    flow_run_id: { any_: [runId] },
    timestamp: { after_: after },
    ...(level > 0 ? { level: { ge_: level } } : {}),
  };
  for (let offset = 0; ; offset += maxPage) {
    const page = await client.call(logs.filter, {
      logs: filter,
      sort: "TIMESTAMP_ASC",
      limit: maxPage,
      offset,
    });
    yield* page;
    if (page.length < maxPage) return;
  }
}

function levelOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const level = Object.entries(logLevels).find(([name]) => name === text.toLowerCase());
  if (level) return level[1];
  throw new UserError(`--level: expected one of ${Object.keys(logLevels).join(", ")}, got ${text}.`);
}

const colours = [
  [logLevels.error, "red"],
  [logLevels.warning, "yellow"],
  [logLevels.info, "blue"],
  [0, "gray"],
] as const;

async function pretty(client: Client): Promise<(log: Log) => Promise<void>> {
  const names = new Map<string, string>();
  const nameOf = async (id: string): Promise<string> => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const [task] = await client.call(taskRuns.filter, { task_runs: { id: { any_: [id] } }, limit: 1 });
    if (task) names.set(id, task.name);
    return task?.name ?? id.slice(-12);
  };
  return async (log) => {
    const colour = colours.find(([level]) => log.level >= level)?.[1] ?? "gray";
    const level = Object.entries(logLevels).findLast(([, value]) => log.level >= value)?.[0] ?? "debug";
    const from = log.task_run_id ? `${dim(oneLine(await nameOf(log.task_run_id)))}  ` : "";
    const time = log.timestamp.slice(11, 23);
    const [first = "", ...rest] = log.message.split("\n").map(oneLine);
    print(`${dim(time)}  ${styled(colour, level.toUpperCase().padEnd(8))} ${from}${first}`);
    for (const line of rest) print(`${" ".repeat(23)} ${line}`);
  };
}
