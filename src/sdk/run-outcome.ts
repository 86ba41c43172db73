import {
  type Decision,
  type Ending,
  type FailOn,
  finalState,
  type StateSummary,
} from "../rules/final-state.ts";
import { type Ended, Exhausted } from "./attempt.ts";
import { errorTitle } from "./errors.ts";
import { Future } from "./future.ts";
import { FutureList } from "./future-list.ts";
import { inspectArguments, resolveArguments } from "./inputs.ts";
import { isError } from "./is-error.ts";
import type { Abort, Run } from "./run.ts";
import { type Content, type RunRef, RunStateError, resultOf, State, type StateView } from "./state.ts";
import { Quoted } from "./wrappers.ts";

export interface Conclusion {
  decision: Decision;
  /** Result for the caller. */
  content: Content<unknown>;
  /** What was thrown, here or in a run whose state was returned; undefined where the state's message says all. */
  thrown: unknown;
}

interface Conclude {
  subject: "Flow" | "Task";
  failOn: FailOn;
  timeout: number | undefined;
}

/** Derives the run's final state and the caller's result from how a body ended. */
export async function conclude(
  run: Run,
  ended: Ended,
  { subject, failOn, timeout = 0 }: Conclude,
): Promise<Conclusion> {
  const weighed = await evaluate(run, ended, timeout);
  // The body may have ended, and still waited for its runs, when it was asked to stop.
  const { ending, content } =
    run.abort && ended.kind !== "aborted"
      ? { ending: abortEnding({ abort: run.abort }, timeout), content: {} }
      : weighed;
  const decision = finalState({ subject, ending, ledger: run.ledger, failOn });
  if (decision.type === "COMPLETED")
    return { decision, content: { value: content.value }, thrown: undefined };
  const error = content.error ?? new RunStateError(decision, run.ref);
  return { decision, content: { error }, thrown: content.error };
}

interface Evaluated {
  ending: Ending;
  content: Content<unknown>;
}

async function evaluate(run: Run, ended: Ended, timeout: number): Promise<Evaluated> {
  switch (ended.kind) {
    case "threw":
      return { ending: { kind: "threw", error: errorTitle(ended.error) }, content: { error: ended.error } };
    case "aborted":
      return { ending: abortEnding(ended, timeout), content: {} };
    case "returned":
      return typeof ended.value === "object" && ended.value !== null
        ? evaluateObject(run, ended.value)
        : {
            ending: { kind: ended.value === undefined || ended.value === null ? "nothing" : "data" },
            content: { value: ended.value },
          };
  }
}

function abortEnding({ abort }: { abort: Abort }, seconds: number): Ending {
  if (abort.kind === "timed-out") return { kind: "timed-out", seconds };
  // A suspended flow ends its tasks, and has no final state itself.
  return abort.kind === "cancelled" || abort.kind === "suspended"
    ? { kind: "cancelled", reason: abort.message }
    : { kind: "crashed", cause: abort.message };
}

async function evaluateObject(run: Run, value: object): Promise<Evaluated> {
  if (value instanceof Exhausted) return { ending: { kind: "exhausted" }, content: { value: value.last } };
  if (value instanceof Quoted) return { ending: { kind: "quoted" }, content: { value: value.value } };
  if (isError(value)) return { ending: { kind: "error-value" }, content: { value } };
  if (value instanceof State) return evaluateState(value);
  if (value instanceof Future) return evaluateState(await value.wait());
  if (value instanceof FutureList) await FutureList.filled(value);
  if (isOnlyRuns(value)) return evaluateMany(value);
  return run.hasStarted ? evaluateMixed(value) : { ending: { kind: "data" }, content: { value } };
}

function evaluateState(state: State): Evaluated {
  const { view, content, ref } = State.peek(state);
  if (!ref) return { ending: { kind: "manual", state: summary(view) }, content };
  ref.observed = true;
  return { ending: { kind: "states", states: [summary(view)] }, content };
}

const isOnlyRuns = (value: object): value is Iterable<State | Future> => {
  if (!Array.isArray(value) && !(value instanceof Set)) return false;
  const [first] = value;
  if (!(first instanceof Future) && !(first instanceof State)) return false;
  return [...value].every((one) => one instanceof Future || one instanceof State);
};

async function evaluateMany(value: Iterable<State | Future>): Promise<Evaluated> {
  const states = await Promise.all(Array.from(value, (one) => (one instanceof Future ? one.wait() : one)));
  const peeked = states.map((state) => State.peek(state));
  for (const { ref } of peeked) if (ref) ref.observed = true;
  const failed = peeked.find(({ view }) => view.type !== "COMPLETED");
  const ending: Ending = { kind: "states", states: peeked.map(({ view }) => summary(view)) };
  if (failed) return { ending, content: errorOf(failed) };
  const results = value instanceof FutureList ? peeked.map(({ content }) => content.value) : states;
  return { ending, content: { value: results } };
}

/** The states determine the outcome; the error is that of the first failed one. */
const errorOf = ({
  view,
  content,
  ref,
}: {
  view: StateView;
  content: Content<unknown>;
  ref: RunRef | undefined;
}): Content<unknown> => {
  const outcome = resultOf(view, content, ref);
  return outcome.ok ? {} : { error: outcome.error };
};

/** Data that contains futures: they are awaited and replaced by their results. */
async function evaluateMixed(value: object): Promise<Evaluated> {
  const found = inspectArguments([value], {
    names: [],
    waitFor: undefined,
    lineage: undefined,
    parent: undefined,
  });
  if (!found.isLifted) return { ending: { kind: "data" }, content: { value } };
  await Promise.all(found.waits.map(({ slot }) => slot.ended()));
  const failed = found.waits.filter(
    ({ slot, allowsFailure }) => !allowsFailure && slot.view.type !== "COMPLETED",
  );
  const ending: Ending = { kind: "mixed", failed: failed.map(({ slot }) => slot.ref) };
  const [first] = failed;
  return { ending, content: { ...(first ? errorOf(first.slot) : {}), value: resolveArguments([value])[0] } };
}

const summary = ({ type, name, message }: StateSummary): StateSummary => ({ type, name, message });
