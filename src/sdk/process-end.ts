import { constants } from "node:os";
import { flowRuns } from "../schema/flow-runs.ts";
import { errorText } from "./errors.ts";
import type { Run } from "./run.ts";

const longest = 20_000;
const longestQuestion = 2000;

/** Root runs of this process. */
const roots = new Map<Run, Promise<void>>();
/** Runs being created, which cannot be ended before the server has answered. */
const expected = new Set<Promise<void>>();
/** Why the process ends, once it does. */
let ending: string | undefined;

/** Announces a root run. Returns how to report that it is guarded, or will not be. */
export function expectRun(): () => void {
  let done: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  expected.add(promise);
  listen();
  return () => {
    expected.delete(promise);
    done();
    rest();
  };
}

/**
 * While a run is in progress, the end of the process is reported to the server: a signal or an uncaught error
 * crashes the run and its children (or cancels them, if that was requested). Returns the function that ends this.
 */
export function guard(run: Run): () => void {
  if (run.parent) return () => {};
  let done: () => void = () => {};
  roots.set(
    run,
    new Promise((resolve) => {
      done = resolve;
    }),
  );
  listen();
  // The process was asked to stop while the run was being created.
  if (ending !== undefined) run.end({ kind: "crashed", message: ending, grace: 0 });
  return () => {
    roots.delete(run);
    done();
    rest();
  };
}

/** Ends the process, its runs first: they crash with this cause, unless a cancel request is known. */
export function endProcess(cause: string): void {
  if (ending !== undefined) return;
  void endAll(cause).finally(() => process.exit(1));
}

/** Cancels the runs of this process; each has its grace period. */
export function cancelAll(): void {
  for (const run of roots.keys())
    run.end({ kind: "cancelled", message: "The run was cancelled.", grace: run.flow?.grace ?? 0 });
}

const signals = ["SIGTERM", "SIGINT"] as const;

/** Output has no reader any more; the run's log is on the server all the same. */
const isUnread = (): void => {};

let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  // Never removed: the last output may fail after the last run has ended.
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners("error").includes(isUnread)) stream.on("error", isUnread);
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onError);
}
/** Without a run, signals and errors are left to other handlers. */
function rest(): void {
  if (roots.size + expected.size > 0 || ending !== undefined) return;
  isListening = false;
  for (const signal of signals) process.off(signal, onSignal);
  process.off("uncaughtException", onError);
}

function onSignal(signal: (typeof signals)[number]): void {
  const code = 128 + constants.signals[signal];
  // If the program has its own handler, that one decides when the process ends.
  const isAlone = process.listenerCount(signal) === 1;
  // Second signal, or one while the first is being reported: end at once.
  if (ending !== undefined && isAlone) process.exit(code);
  void endAll(`The process was ended by ${signal}.`).finally(() => {
    if (isAlone) process.exit(code);
  });
}

function onError(error: unknown): void {
  // A program with its own handler may continue.
  if (process.listenerCount("uncaughtException") > 1) return;
  process.stderr.write(`${errorText(error)}\n`);
  if (ending !== undefined) return;
  void endAll(`The process died of an uncaught error: ${errorText(error).split("\n")[0]}`).finally(() =>
    process.exit(1),
  );
}

async function endAll(cause: string): Promise<void> {
  ending = cause;
  const end = async (run: Run, over: Promise<void>) => {
    const isAsked = run.abort?.kind === "cancelled" || (await isCancelling(run));
    if (isAsked) run.end({ kind: "cancelled", message: "The run was cancelled.", grace: 0 });
    else run.end({ kind: "crashed", message: cause, grace: 0 });
    run.forceEnd();
    await over;
  };
  const known = [...roots].map(([run, over]) => end(run, over));
  const late = Promise.all(expected).then(() => Promise.all(roots.values()));
  await Promise.race([
    Promise.all([...known, late]),
    new Promise((resolve) => setTimeout(resolve, longest).unref()),
  ]);
}

/** A worker cancels a run by ending its process: only the server may know the request. */
async function isCancelling(run: Run): Promise<boolean> {
  const { flow } = run;
  if (!flow) return false;
  const ask = flow.session.client.call(
    flowRuns.read,
    { id: flow.id },
    { signal: AbortSignal.timeout(longestQuestion) },
  );
  return ask.then(
    (row) => row.state_type === "CANCELLING",
    // No answer counts as no request.
    () => false,
  );
}
