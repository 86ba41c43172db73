import type { RunNode } from "../../../schema/graphs.ts";
import { isFinal } from "../../../schema/states.ts";
import { type Tone, toneOf } from "../tones.ts";

/** One stretch of a run's life with a tone of its own. */
export interface Span {
  tone: Tone;
  name: string;
  from: number;
  /** Undefined while it lasts. */
  to: number | undefined;
  /** Which attempt, from 1; 0 before the first. */
  attempt: number;
  /** True where the run's own code ran. */
  isWork: boolean;
  /** Of work: what came of it; an attempt that was tried again has failed. */
  outcome: Tone;
}

/** What the timeline draws for one run: each state from its beginning to the next one's. Final states end it. */
export function spansOf(segments: RunNode["segments"]): Span[] {
  const spans: Span[] = [];
  let attempt = 0;
  segments.forEach(([type, name, from], index) => {
    const isWork = type === "RUNNING";
    if (isWork) attempt++;
    const next = segments[index + 1];
    if (isFinal(type)) return;
    const tone = toneOf(type, name);
    spans.push({ tone, name, from, to: next?.[2], attempt, isWork, outcome: next ? outcomeOf(next) : tone });
  });
  return spans;
}

function outcomeOf([type, name]: RunNode["segments"][number]): Tone {
  if (type === "SCHEDULED") return "failed";
  return isFinal(type) ? toneOf(type, name) : "running";
}

export interface Attempt {
  number: number;
  from: number;
  to: number | undefined;
  /** The state that ended it, or the present one. */
  outcome: { type: string; name: string };
}

/** The times a run was really tried, each with what became of it. */
export function attemptsOf(segments: RunNode["segments"]): Attempt[] {
  const attempts: Attempt[] = [];
  segments.forEach(([type, name, from], index) => {
    if (type !== "RUNNING") return;
    const next = segments[index + 1];
    const outcome = next ? { type: next[0], name: next[1] } : { type, name };
    attempts.push({ number: attempts.length + 1, from, to: next?.[2], outcome });
  });
  return attempts;
}

/** When the run first did anything, and when it ended. */
export function extentOf(node: Pick<RunNode, "segments" | "start" | "end" | "created">) {
  const first = node.segments[0]?.[2] ?? node.start ?? node.created;
  const last = node.segments.at(-1);
  const isOver = last ? isFinal(last[0]) : node.end !== null;
  return { from: first, to: isOver ? (last?.[2] ?? node.end ?? first) : undefined };
}

/**
 * From its first attempt on: what only waits needs no lane of its own. What never began is where it could have: after all it
 * waits for.
 */
export function workOf(node: RunNode, nodes: readonly RunNode[]): { from: number; to: number | undefined } {
  const { from, to } = extentOf(node);
  const began = node.segments.find(([type]) => type === "RUNNING")?.[2] ?? to;
  if (began !== undefined) return { from: began, to };
  const ends = node.parents.map((parent) => nodes[parent]?.end ?? from);
  return { from: ends.reduce((latest, end) => Math.max(latest, end), from), to };
}

/** Whether its code ever ran. */
export const hasBegun = ({ segments }: RunNode): boolean => segments.some(([type]) => type === "RUNNING");
