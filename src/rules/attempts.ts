import type { Attempt, LifeSegment, WaitsFor } from "../schema/attempts.ts";
import { toMs } from "../schema/scalars.ts";
import { isFinal, type StateType } from "../schema/state-types.ts";
import { awaitingSlot } from "../schema/states.ts";
import { saidBy } from "./failures.ts";

/** The part of a state from which attempts are derived. */
export interface PastState {
  type: StateType;
  name: string;
  timestamp: string;
  message: string | null;
  scheduled_time: string | null;
}

export interface Past {
  /** Oldest first. */
  states: readonly PastState[];
  /** Recorded errors, with the number of the attempt that raised them. */
  errors: readonly { attempt: number; type: string; message: string }[];
  now: string;
}

/** Derives from the states of a run its periods of waiting and running, and their attempts. */
export function lifeOf(past: Past): { attempts: Attempt[]; segments: LifeSegment[] } {
  const numbers = attemptNumbers(past.states);
  const segments = past.states.flatMap((state, place) => {
    const next = past.states[place + 1];
    const span = { to: next?.timestamp ?? null, attempt: numbers[place] ?? 0, now: past.now };
    return isFinal(state.type) && !next ? [] : segmentsOf(state, span);
  });
  return { attempts: attemptsOf(past, numbers, segments), segments };
}

/** The attempt to which each state belongs. A resumed run continues its attempt. */
function attemptNumbers(states: readonly PastState[]): number[] {
  let number = 0;
  let isPaused = false;
  return states.map(({ type, name }) => {
    if (type === "PAUSED") isPaused = true;
    else if (isFinal(type) || name === "AwaitingRetry") isPaused = false;
    if (type === "RUNNING" && !isPaused) number += 1;
    if (type === "RUNNING") isPaused = false;
    return number;
  });
}

interface Span {
  to: string | null;
  attempt: number;
  now: string;
}

/** One or two: a due run waits for a worker or runner, though its state is the same. */
function segmentsOf(state: PastState, span: Span): LifeSegment[] {
  const { type, name, timestamp: from, scheduled_time: due } = state;
  const waits = waitsFor(type, name);
  const until = span.to ?? span.now;
  if ((waits === "time" || waits === "retry") && due !== null && due < until) {
    if (due <= from) return [segment(state, { ...span, from, waits: "worker" })];
    return [
      segment(state, { ...span, from, to: due, waits }),
      segment(state, { ...span, from: due, waits: "worker" }),
    ];
  }
  return [segment(state, { ...span, from, waits })];
}

const segment = (
  { type, name }: PastState,
  { from, to, attempt, now, waits }: Span & { from: string; waits: WaitsFor | null },
): LifeSegment => ({
  ...{ state_type: type, state_name: name, from, to, attempt, waits_for: waits },
  seconds: secondsBetween(from, to ?? now),
});

function waitsFor(type: StateType, name: string): WaitsFor | null {
  if (type === "SCHEDULED") {
    if (name === awaitingSlot) return "slot";
    if (name === "Late") return "worker";
    return name === "AwaitingRetry" ? "retry" : "time";
  }
  if (type === "PENDING") return "start";
  if (type === "PAUSED") return "resume";
  return type === "CANCELLING" ? "end" : null;
}

function attemptsOf(past: Past, numbers: readonly number[], segments: readonly LifeSegment[]): Attempt[] {
  const { states, errors } = past;
  const attempts: Attempt[] = [];
  for (let number = 1; number <= (numbers.at(-1) ?? 0); number += 1) {
    const first = numbers.indexOf(number);
    const begin = states[first];
    if (!begin) continue;
    // The state that ends an attempt has its number; later states wait for the next attempt.
    const end = states.findIndex(
      (state, place) => place > first && numbers[place] === number && endsAttempt(state),
    );
    const ended =
      states[end] ?? (numbers.includes(number + 1) ? states[numbers.indexOf(number + 1)] : undefined);
    const outcome = ended ?? states.at(-1) ?? begin;
    const from = attempts.at(-1)?.end ?? dueOf(states[0]);
    attempts.push({
      ...{ number, start: begin.timestamp, end: ended?.timestamp ?? null },
      seconds: workOf(segments, number),
      ...{ state_type: outcome.type, state_name: outcome.name, message: outcome.message },
      error: errorOf(errors, number, ended),
      waited: secondsBetween(from ?? begin.timestamp, begin.timestamp),
    });
  }
  return attempts;
}

const endsAttempt = ({ type, name }: PastState): boolean => isFinal(type) || name === "AwaitingRetry";
const dueOf = (first: PastState | undefined): string | undefined => first?.scheduled_time ?? first?.timestamp;

const workOf = (segments: readonly LifeSegment[], number: number): number =>
  segments
    .filter(({ attempt, state_type }) => attempt === number && state_type === "RUNNING")
    .reduce((sum, { seconds }) => sum + seconds, 0);

function errorOf(errors: Past["errors"], number: number, ended: PastState | undefined): Attempt["error"] {
  const reported = errors.findLast(({ attempt }) => attempt === number);
  if (reported) return { type: reported.type, message: reported.message };
  if (!ended || ended.type === "COMPLETED" || ended.type === "CANCELLED") return null;
  // AwaitingRetry does not give the reason, unless the client put it into the message.
  if (!ended.message && !isFinal(ended.type)) return null;
  return saidBy({ state_name: ended.name, message: ended.message });
}

/** To the microsecond, never negative. */
const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Math.round((toMs(to) - toMs(from)) * 1000) / 1_000_000);
