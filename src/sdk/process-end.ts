import { constants } from "node:os";
import { flowRuns } from "../schema/flow-runs.ts";
import { errorText } from "./errors.ts";
import type { Run } from "./run.ts";

const longest = 20_000;
const longestQuestion = 2000;

/** Runs of this process that no other run of it is waiting for. */
const roots = new Map<Run, Promise<void>>();
/** Runs that are being made, which nobody can end before the server has answered. */
const expected = new Set<Promise<void>>();
/** Why the process ends, once it does. */
let ending: string | undefined;

/** The process is about to have another run of its own. Returns how to tell that it is guarded, or will not be. */
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
 * While a run is in progress, the end of the process is told to the server: a signal or an uncaught error
 * crashes the run and what it started (or cancels it, if that was asked for). Returns how to stop guarding.
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
  // The process was asked to stop while the run was being made.
  if (ending !== undefined) run.end({ kind: "crashed", message: ending, grace: 0 });
  return () => {
    roots.delete(run);
    done();
    rest();
  };
}

/** Ends the process, its runs first: they crash with this cause, unless a cancel request is known of. */
export function endProcess(cause: string): void {
  if (ending !== undefined) return;
  void endAll(cause).finally(() => process.exit(1));
}

/** Cancels what runs here; each run has its grace. */
export function cancelAll(): void {
  for (const run of roots.keys())
    run.end({ kind: "cancelled", message: "The run was cancelled.", grace: run.flow?.grace ?? 0 });
}

const signals = ["SIGTERM", "SIGINT"] as const;

/** Nobody reads any more what is printed: the log of the run is on the server all the same. */
const isUnread = (): void => {};

let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  // For good: what is printed last may fail after the last run is over.
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners("error").includes(isUnread)) stream.on("error", isUnread);
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onError);
}
/** Without a run, signals and errors are left to others. */
function rest(): void {
  if (roots.size + expected.size > 0 || ending !== undefined) return;
  isListening = false;
  for (const signal of signals) process.off(signal, onSignal);
  process.off("uncaughtException", onError);
}

function onSignal(signal: (typeof signals)[number]): void {
  const code = 128 + constants.signals[signal];
  // Whoever listens as well decides when the process ends.
  const isAlone = process.listenerCount(signal) === 1;
  // Asked twice, or while the first request is being told: no more waiting.
  if (ending !== undefined && isAlone) process.exit(code);
  void endAll(`The process was ended by ${signal}.`).finally(() => {
    if (isAlone) process.exit(code);
  });
}

function onError(error: unknown): void {
  // A program with a handler of its own may well continue.
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

/** A worker cancels a run by ending its process: the request may be known to the server alone. */
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
    // No answer is no request.
    () => false,
  );
}
