import type { StateType } from "../../schema/states.ts";
import { paintOf, stateStyle } from "../parts/runs/states.ts";

/** The colours of the state palette, worst first: the order of histograms and of what is painted last. */
export const tones = [
  "failed",
  "crashed",
  "late",
  "retrying",
  "paused",
  "cancelling",
  "cancelled",
  "running",
  "pending",
  "scheduled",
  "completed",
] as const;
export type Tone = (typeof tones)[number];

const byColor = new Map<string, Tone>(tones.map((tone) => [`var(--state-${tone})`, tone]));

/** The tone of a state, as the one table of states has it. */
export const toneOf = (type: StateType | null | undefined, name?: string | null): Tone =>
  byColor.get(stateStyle(type, name).color) ?? "scheduled";

export const toneLabel: Record<Tone, string> = {
  failed: "failed",
  crashed: "crashed",
  late: "late",
  retrying: "awaiting retry",
  paused: "paused",
  cancelling: "cancelling",
  cancelled: "cancelled",
  running: "running",
  pending: "pending",
  scheduled: "scheduled",
  completed: "completed",
};

/** What a canvas paints with, as plain colours. */
export interface Paints {
  tone: Record<Tone, string>;
  bg: string;
  surface: string;
  sunken: string;
  line: string;
  lineStrong: string;
  edge: string;
  fg: string;
  muted: string;
  faint: string;
  accent: string;
  accentSoft: string;
}

export function readPaints(within: Element): Paints {
  const paint = (name: string) => paintOf(`var(--${name})`, within);
  const tone = { ...toneLabel };
  for (const name of tones) tone[name] = paint(`state-${name}`);
  return {
    tone,
    bg: paint("bg"),
    surface: paint("surface"),
    sunken: paint("sunken"),
    line: paint("line"),
    lineStrong: paint("line-strong"),
    edge: paint("control-line"),
    fg: paint("fg"),
    muted: paint("muted"),
    faint: paint("faint"),
    accent: paint("accent"),
    accentSoft: paint("accent-soft"),
  };
}
