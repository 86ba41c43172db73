import { toMs } from "../../schema/scalars.ts";
import type { StateType } from "../../schema/states.ts";
import type { Gate } from "../../schema/waiting.ts";
import type { Histogram } from "../graph/model.ts";
import type { Words } from "../parts/runs/gates.ts";
import { duration } from "../parts/time/durations.ts";

/** What is known of a run when its state is put into words. */
export interface Facts {
  state_type: StateType | null;
  state_name: string | null;
  message: string | null;
  run_count: number;
  start_time: string | null;
  end_time: string | null;
  /** Seconds that it has been running, in all its attempts. */
  total_run_time: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  /** When the present state was entered. */
  since: string | null;
  /** Task runs by tone; undefined while they are not known. */
  tasks: Histogram | undefined;
  /** What keeps it from running, where the server tells. */
  waiting: Words | undefined;
  /** Where its failed tasks are listed. */
  toFailed: string;
  failure: { task: string | undefined; attempts: number; error: string } | undefined;
  now: number;
}

/** Text with names of tasks in it, which are shown as code, and with links. */
export type Sentence = readonly (string | { code: string } | Exclude<Words[number], string>)[];

/** What the state means, so that nobody has to know the names of states. */
export function stateSentence(facts: Facts): Sentence {
  const { state_type: type } = facts;
  if (type === "FAILED" || type === "CRASHED") return ended(facts);
  if (type === "COMPLETED") return completed(facts);
  if (type === "RUNNING") return running(facts);
  if (type === "CANCELLED") return [`Cancelled${took(facts, " after ")}${progress(facts, ", ")}`];
  if (type === "CANCELLING") return [`Cancelling${stillRunning(facts)}`];
  if (type === "PAUSED") return paused(facts);
  if (facts.waiting && (type === "PENDING" || type === "SCHEDULED")) return facts.waiting;
  if (type === "PENDING") return [`Pending for ${since(facts)}: accepted, but its code has not started`];
  if (type === "SCHEDULED") return scheduled(facts);
  return ["No state yet"];
}

function ended({ state_type: type, state_name: name, message, failure }: Facts): Sentence {
  const verb = name === "TimedOut" ? "Timed out" : type === "CRASHED" ? "Crashed" : "Failed";
  if (!failure || isReturned(name, message)) {
    const why = headline(message);
    return [why ? `${verb}: ${why}` : verb];
  }
  const attempts = failure.attempts > 1 ? ` after ${failure.attempts} attempts` : "";
  if (!failure.task) return [`${verb}${attempts}: ${headline(failure.error)}`];
  return [`${verb}${attempts} in `, { code: failure.task }, `: ${headline(failure.error)}`];
}

/** A state that the code made itself has a message of its own, and no engine's. */
const isReturned = (name: string | null, message: string | null): boolean =>
  name === "Failed" && message !== null && message !== "" && !ofEngine.test(message);
const ofEngine =
  /^(?:Flow|Task) run (?:encountered an exception|exceeded timeout)|^\d+\/\d+ (?:states|task runs) |^Given states: /;

function completed(facts: Facts): Sentence {
  const total = count(facts.tasks);
  const done = facts.tasks?.completed ?? 0;
  const failed = failures(facts.tasks);
  if (total > done)
    return [
      `Completed${took(facts, " in ")}${progress(facts, ", ")}`,
      ...(failed > 0 ? [", ", failedLink(facts)] : []),
    ];
  const tasks = total > 0 ? ` ${total.toLocaleString("en")} ${total === 1 ? "task" : "tasks"}` : "";
  return [`Completed${tasks}${took(facts, " in ")}`];
}

function running(facts: Facts): Sentence {
  const verb = facts.run_count > 1 ? `Running for the ${ordinal(facts.run_count)} time` : "Running";
  const total = count(facts.tasks);
  if (total === 0) return [`${verb}, no tasks yet`];
  const failed = failures(facts.tasks);
  const retrying = facts.tasks?.retrying ?? 0;
  return [
    `${verb}${progress(facts, ", ")}`,
    ...(failed > 0 ? [", ", failedLink(facts)] : []),
    ...(retrying > 0 ? [`, ${retrying} awaiting retry`] : []),
  ];
}

const failedLink = ({ tasks, toFailed }: Facts) => ({
  text: `${failures(tasks).toLocaleString("en")} failed`,
  to: toFailed,
});

function paused({ state_name: name, message, waiting }: Facts): Sentence {
  if (name === "Suspended")
    return ["Suspended: its process has ended and starts again when the run is resumed"];
  if (message) return [`Paused: ${headline(message)}`];
  return waiting ?? ["Paused until it is resumed"];
}

function scheduled(facts: Facts): Sentence {
  const { state_name: name, next_scheduled_start_time: next, expected_start_time: expected, now } = facts;
  const at = next ?? expected;
  const wait = at === null ? undefined : (toMs(at) - now) / 1000;
  if (name === "AwaitingConcurrencySlot") return [`Waiting ${since(facts)} for a concurrency slot`];
  if (name === "AwaitingRetry")
    return [wait !== undefined && wait > 0 ? `Waiting to retry in ${duration(wait)}` : "Waiting to retry"];
  if (name === "Late" || (wait !== undefined && wait < -15))
    return [`Late by ${duration(-(wait ?? 0))}: not picked up yet`];
  if (wait === undefined || wait <= 0) return ["Scheduled to start now"];
  return [`Scheduled to start in ${duration(wait)}`];
}

/** What the sentence says alone, with the button beside it. */
export const isInSentence = ({ kind }: Gate): boolean =>
  kind === "scheduled" || kind === "retry" || kind === "paused";

const since = ({ since: time, now }: Facts): string =>
  time === null ? "some time" : duration(Math.max(0, Math.floor((now - toMs(time)) / 1000)));

/** The time that it ran: what it waited for between attempts or in a pause is not part of it. */
const took = (
  { start_time: start, end_time: end, total_run_time: seconds }: Facts,
  before: string,
): string => (start && end ? `${before}${duration(seconds)}` : "");

/** Whether the sentence of a state tells how long the run took. */
export const tellsDuration = (type: StateType | null): boolean =>
  type === "COMPLETED" || type === "CANCELLED";

/** `2 of 38 tasks failed`, where some did and the sentence of the state does not tell it. */
export function failedTasks(type: StateType | null, tasks: Histogram | undefined): string | undefined {
  const failed = failures(tasks);
  if (failed === 0 || type === "RUNNING" || type === "COMPLETED") return undefined;
  const total = count(tasks);
  return `${failed.toLocaleString("en")} of ${total.toLocaleString("en")} ${total === 1 ? "task" : "tasks"} failed`;
}

function progress({ tasks }: Facts, before: string): string {
  const total = count(tasks);
  if (total === 0) return "";
  const done = tasks?.completed ?? 0;
  return `${before}${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${total === 1 ? "task" : "tasks"} done`;
}

function stillRunning({ tasks }: Facts): string {
  const left = tasks?.running ?? 0;
  return left === 0 ? "" : `, ${left} ${left === 1 ? "task" : "tasks"} still running`;
}

const count = (tasks: Histogram | undefined): number =>
  Object.values(tasks ?? {}).reduce((sum, number) => sum + number, 0);
const failures = (tasks: Histogram | undefined): number => (tasks?.failed ?? 0) + (tasks?.crashed ?? 0);

function ordinal(number: number): string {
  const ending = ["th", "st", "nd", "rd"][number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? "th";
  return `${number}${ending}`;
}

const longest = 160;

/** The first line, without the words that every failure begins with. */
export function headline(message: string | null): string {
  const first = (message ?? "")
    .split("\n")[0]
    ?.replace(/^(?:Flow|Task) run encountered an exception:? /, "")
    .trim();
  if (!first) return "";
  return first.length > longest ? `${first.slice(0, longest - 1)}…` : first;
}
