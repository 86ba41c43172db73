import type { Gate, RunRef, Waiting } from "../../../schema/waiting.ts";
import { limitPath } from "../capacity-path.ts";
import { poolPath, queuePath } from "../paths.ts";
import { duration, roughly } from "../time/durations.ts";
import { absolute, timeOf } from "../time/times.ts";
import { runPath } from "./run-link.tsx";

/** A sentence, parts of which lead somewhere. */
export type Words = readonly (string | { text: string; to: string })[];

/** When and for whom a sentence is made. */
export interface Moment {
  now: number;
  /** As in the settings. */
  zone: string;
  /** Without the names of holders, where they are listed beside. */
  isBrief?: boolean;
}

export const textOf = (words: Words): string =>
  words.map((part) => (typeof part === "string" ? part : part.text)).join("");

/** Why a run does not run, in one sentence; what stands first is what has to give way first. */
export function explain(waiting: Waiting, moment: Moment): Words {
  const { gates, is_late, since } = waiting;
  const [first] = gates;
  if (!first || selfExplanatory.has(first.kind)) return reason(waiting, moment);
  const waited = duration(Math.max(1, Math.floor((moment.now - timeOf(since)) / 1000)));
  const words = gateWords(first, moment);
  return [`${is_late ? "Late by" : "Waiting"} ${waited}: `, ...words, ...andMore(gates.length - 1)];
}

/** The same for where it stands already how late the run is. */
export function reason({ gates }: Waiting, moment: Moment): Words {
  const [first, second] = gates;
  if (!first) return ["Waiting"];
  if (first.kind !== "scheduled")
    return [...capitalised(gateWords(first, moment)), ...andMore(gates.length - 1)];
  const start = `Scheduled to start ${inTime(first.until, moment)}`;
  return second ? [start, "; ", ...gateWords(second, moment), ...andMore(gates.length - 2)] : [start];
}

/** How long it has waited does not matter to these, or is part of them. */
const selfExplanatory: ReadonlySet<Gate["kind"]> = new Set(["scheduled", "retry", "claimed", "paused"]);

const andMore = (count: number): Words => (count > 0 ? [`, and ${count} more`] : []);

/** One gate in words that can stand after a colon. */
export function gateWords(gate: Gate, moment: Moment): Words {
  switch (gate.kind) {
    case "scheduled":
      return [
        `its time comes ${inTime(gate.until, moment)}, at ${absolute(timeOf(gate.until), moment.zone)}`,
      ];
    case "retry":
      return [`retries ${inTime(gate.until, moment)}`];
    case "no-deployment":
      return ["no deployment: only the script that created the run can start it"];
    case "pool-paused":
      return ["work pool ", poolLink(gate.pool), " is paused"];
    case "queue-paused":
      return ["queue ", queueLink(gate), " of work pool ", poolLink(gate.pool), " is paused"];
    case "pool-limit":
      return ["work pool ", poolLink(gate.pool), " is full, ", ...held(gate, moment)];
    case "queue-limit":
      return [
        "queue ",
        queueLink(gate),
        " of work pool ",
        poolLink(gate.pool),
        " is full, ",
        ...held(gate, moment),
      ];
    case "deployment-limit":
      return ["the limit of its ", deploymentLimit(gate.deployment_id), " is full, ", ...held(gate, moment)];
    case "no-worker":
      return noWorker(gate, moment);
    case "not-served":
      return gate.since
        ? [`no process serves its deployment, last poll ${ago(gate.since, moment)}`]
        : ["no process has served its deployment yet"];
    case "claimed":
      return [`claimed by a worker ${ago(gate.since, moment)}, but its code has not started`];
    case "paused":
      return [
        gate.wants_input ? "paused for input" : "paused until it is resumed",
        failing(gate.until, moment),
      ];
    case "limit":
      return [waitersOf(gate), " for a slot of ", sharedLimit(gate.name), ", ", ...held(gate, moment)];
    case "none":
      return ["ready, the next poll picks it up"];
  }
}

/** What a person would look at next; undefined where the fix beside it says it all. */
export function gateCheck(gate: Gate): string | undefined {
  switch (gate.kind) {
    case "no-worker":
      return "Check that the worker’s process is alive and reaches this server.";
    case "not-served":
      return "Start the process that serves it, or give the deployment a work pool.";
    case "claimed":
      return "If this lasts, read the log of the worker: it could not start the process.";
    case "none":
      return "If this lasts, read the log of the worker: it may be at a limit of its own.";
    case "pool-limit":
    case "queue-limit":
    case "deployment-limit":
    case "limit":
      return gate.limit === 0
        ? "A limit of 0 blocks every run."
        : "Check whether the oldest still makes progress.";
    default:
      return undefined;
  }
}

type Full = Extract<Gate, { holders: unknown }>;
const named = 2;

function held({ limit, used, holders }: Full, moment: Moment): Words {
  if (limit === 0) return ["for its limit is 0"];
  const [oldest] = holders;
  if (!oldest) return [`${used} of ${limit} in use`];
  if (moment.isBrief) {
    const longest = oldest.since ? `, the oldest for ${span(oldest.since, moment)}` : "";
    return [`${used} of ${limit} in use${longest}`];
  }
  const shown = holders.slice(0, holders.length > named + 1 ? named : named + 1);
  const rest = Math.max(used, holders.length) - shown.length;
  const names = shown.flatMap((run, place) => [separator(place, shown.length, rest), runWord(run)]);
  const since = oldest.since
    ? `, ${holders.length > 1 ? "the oldest " : ""}for ${span(oldest.since, moment)}`
    : "";
  return [`${used} of ${limit} in use by `, ...names, rest > 0 ? ` and ${rest} more` : "", since];
}

const separator = (place: number, count: number, rest: number): string =>
  place === 0 ? "" : place === count - 1 && rest === 0 ? " and " : ", ";

const runWord = (run: RunRef) => ({
  text: run.name,
  to: runPath({ kind: run.kind, id: run.id, flowRunId: run.flow_run_id }),
});

function noWorker(gate: Extract<Gate, { kind: "no-worker" }>, moment: Moment): Words {
  const pool = ["work pool ", poolLink(gate.pool)] as const;
  if (!gate.since) return [...pool, " has no worker"];
  return [
    ...pool,
    ` has no worker, ${gate.worker ?? "the last one"} was last heard of ${ago(gate.since, moment)}`,
  ];
}

const poolLink = (pool: string) => ({ text: pool, to: poolPath(pool) });
const queueLink = ({ pool, queue }: { pool: string; queue: string }) => ({
  text: queue,
  to: queuePath(pool, queue),
});
const sharedLimit = (name: string) => ({ text: name.replace(/^tag:/, "tag "), to: limitPath(name) });
/** Limits that the run itself waits for, or its tasks. */
function waitersOf({ waiting, waiters }: Extract<Gate, { kind: "limit" }>): string {
  if (waiters.some(({ kind }) => kind === "flow-run")) return "the run waits";
  return waiting === 1 ? "1 task waits" : `${waiting.toLocaleString("en")} tasks wait`;
}
const deploymentLimit = (id: string) => ({ text: "deployment", to: limitPath(`deployment:${id}`) });

const span = (since: string, { now }: Moment): string => roughly(Math.max(1, (now - timeOf(since)) / 1000));
const ago = (since: string, { now }: Moment): string => {
  const seconds = (now - timeOf(since)) / 1000;
  return seconds < 1.5 ? "just now" : `${roughly(seconds)} ago`;
};
const inTime = (until: string, { now }: Moment): string => {
  const seconds = Math.ceil((timeOf(until) - now) / 1000);
  return seconds <= 0 ? "now" : `in ${duration(seconds)}`;
};
const failing = (until: string | null, moment: Moment): string =>
  until && timeOf(until) > moment.now ? `, fails ${inTime(until, moment)} unless resumed` : "";

export function capitalised(words: Words): Words {
  const [first, ...rest] = words;
  if (first === undefined) return words;
  const up = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  return typeof first === "string" ? [up(first), ...rest] : [first, ...rest];
}
