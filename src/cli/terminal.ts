import { stripVTControlCharacters, styleText } from "node:util";
import type { StateType } from "../schema/states.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours text where standard output is a terminal that supports it (NO_COLOR, FORCE_COLOR are respected). */
export const styled = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });
export const dim = (text: string): string => styled("dim", text);
export const bold = (text: string): string => styled("bold", text);

/** Columns of the terminal; output to a file or a pipe is never cut. */
export const terminalWidth = (): number =>
  process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

const looks = {
  SCHEDULED: ["◷", "yellow"],
  PENDING: ["○", "yellow"],
  RUNNING: ["●", "blue"],
  COMPLETED: ["✓", "green"],
  FAILED: ["✗", "red"],
  CRASHED: ["⚡", "magenta"],
  PAUSED: ["‖", "yellow"],
  CANCELLING: ["◌", "gray"],
  CANCELLED: ["⊘", "gray"],
} as const satisfies Record<StateType, readonly [string, Style]>;

/** `✓ Completed`, distinguished by shape and colour. */
export function stateText(state: { state_type: StateType | null; state_name: string | null }): string {
  if (state.state_type === null) return dim("– no state");
  const [glyph, colour] = looks[state.state_type];
  return styled(colour, `${glyph} ${oneLine(state.state_name ?? state.state_type)}`);
}

/** Untrusted text on one line, without terminal control sequences. */
export const oneLine = (text: string): string =>
  // These characters must not reach the terminal.
  stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");

const units = [
  { name: "d", size: 86_400, below: { name: "h", size: 3600 } },
  { name: "h", size: 3600, below: { name: "m", size: 60 } },
  { name: "m", size: 60, below: { name: "s", size: 1 } },
];

/** `420 ms`, `8.2 s`, `1m 24s`, `2h 5m`, `3d 4h`. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  const unit = units.find(({ size }) => whole >= size);
  if (!unit) return `${seconds.toFixed(1)} s`;
  const rest = Math.floor((whole % unit.size) / unit.below.size);
  return `${Math.floor(whole / unit.size)}${unit.name}${rest > 0 ? ` ${rest}${unit.below.name}` : ""}`;
}

/** `12 s ago`, `in 3 min`, and beyond a day the date. */
export function relativeText(ms: number, now: number): string {
  const seconds = Math.round(Math.abs(now - ms) / 1000);
  if (seconds < 2) return "just now";
  if (seconds >= 86_400) return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  const unit = spans.find(({ size }) => seconds >= size) ?? { name: "s", size: 1 };
  const amount = `${Math.floor(seconds / unit.size)} ${unit.name}`;
  return ms <= now ? `${amount} ago` : `in ${amount}`;
}

const spans = [
  { name: "h", size: 3600 },
  { name: "min", size: 60 },
];
