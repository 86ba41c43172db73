import type { State, StateCreate } from "../schema/states.ts";

/** Input of every rule. A noun adds its own facts; rules do no reads themselves. */
export interface Facts<Run> {
  /** The state the run is in; null before its first one. */
  from: State | null;
  /** The proposed state. */
  to: StateCreate;
  run: Run;
  /** The moment of the decision. */
  now: string;
  /** Id of the state in which the caller saw the run; absent or null: any state. */
  expected?: string | null;
  /** A fresh id, for the one rule that needs to name something. */
  freshId: string;
}

/** The verdict of a rule; undefined lets the transition pass. */
export type Verdict<Run, Effect> =
  /** Continues, with a changed proposal, a changed view of the run, or effects to apply when the state is written. */
  | { outcome: "amend"; to?: StateCreate; set?: Partial<Run>; effects?: readonly Effect[] }
  /** Refused; `to` is written instead, or nothing is. */
  | {
      outcome: "reject";
      to?: StateCreate;
      reason: string;
      set?: Partial<Run>;
      effects?: readonly Effect[];
    }
  | { outcome: "wait"; seconds: number; reason: string }
  | { outcome: "abort"; reason: string };

export interface Rule<F, V> {
  (facts: F): V | undefined;
  /** Also runs after another rule replaced the proposal by a state of another type. */
  readonly universal?: boolean;
}

export interface Decision<Run, Effect> {
  outcome: "accept" | "reject" | "wait" | "abort";
  /** Name of the rule that refused, replaced or delayed the transition; `none` when all accepted. */
  rule: string;
  reason: string | null;
  /** The state to write; null when nothing is written. */
  to: StateCreate | null;
  run: Run;
  effects: Effect[];
  seconds: number;
}

/**
 * Applies the rules from top to bottom. The first that refuses, delays or aborts decides. When it puts
 * a state of another type in place of the proposal, the rules below no longer fit the pair and are skipped,
 * and the effects of the rules above are dropped; only universal rules always run.
 */
export function decide<Run, Effect, F extends Facts<Run>>(
  rules: readonly Rule<F, Verdict<Run, Effect>>[],
  facts: F,
): Decision<Run, Effect> {
  const decision: Decision<Run, Effect> = {
    outcome: "accept",
    rule: "none",
    reason: null,
    to: facts.to,
    run: facts.run,
    effects: [],
    seconds: 0,
  };
  let seen = facts;
  let kept: Effect[] = [];
  for (const rule of rules) {
    if (seen.to.type !== facts.to.type && !rule.universal) continue;
    const verdict = ask(rule, seen);
    if (verdict === undefined) continue;
    if (verdict.outcome === "amend") {
      seen = { ...seen, to: verdict.to ?? seen.to, run: { ...seen.run, ...verdict.set } };
      decision.effects.push(...(verdict.effects ?? []));
      if (rule.universal) kept = [...kept, ...(verdict.effects ?? [])];
      continue;
    }
    decision.rule = rule.name;
    decision.reason = verdict.reason;
    decision.outcome = verdict.outcome;
    if (verdict.outcome === "wait") decision.seconds = verdict.seconds;
    if (verdict.outcome !== "reject" || verdict.to === undefined) {
      return { ...decision, to: null, run: facts.run, effects: [] };
    }
    seen = { ...seen, to: verdict.to, run: { ...seen.run, ...verdict.set } };
    decision.effects = [...kept, ...(verdict.effects ?? [])];
  }
  return { ...decision, to: seen.to, run: seen.run };
}

/** A rule that throws aborts the transition: a fault in one rule must not become a fault of the server. */
function ask<F, V>(rule: Rule<F, V>, facts: F): V | { outcome: "abort"; reason: string } | undefined {
  try {
    return rule(facts);
  } catch (error) {
    return { outcome: "abort", reason: `The rule ${rule.name} failed: ${String(error)}` };
  }
}

export const universal = <R extends (...args: never[]) => unknown>(rule: R): R & { universal: true } =>
  Object.assign(rule, { universal: true as const });

/** Data that can be loaded later: not the marker of a result that was never stored. */
export const isPersisted = (data: unknown): boolean =>
  typeof data === "object" && data !== null && !("type" in data && data.type === "unpersisted");
