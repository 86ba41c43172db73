import type { ReactNode } from "react";
import { roughly } from "../parts/time/durations.ts";
import { timeOf } from "../parts/time/times.ts";

/** The frame of a panel of this page. On wide screens its place has a height of its own, so that nothing moves. */
export const panelBox = "overflow-hidden rounded-md border bg-surface";
/** A list in a panel; longer than its place, it scrolls. */
export const listBox = "min-h-0 flex-1 overflow-y-auto border-t";
export const headLink = "text-muted hover:text-fg hover:underline";

/** An entry of several lines, with what can be done about it. */
export const itemBox = "flex flex-col gap-1 border-b px-3 py-2.5 last:border-b-0";

/** Since when, in words; never before now by a clock that is behind. */
export const spell = (since: string, now: number): string =>
  roughly(Math.max(1, (Math.max(now, Date.now() - 30_000) - timeOf(since)) / 1000));

/** That there is nothing is good news here, and takes one line. */
export function Quiet({ children }: { children: ReactNode }) {
  return <p className="border-t px-3 py-3 text-muted">{children}</p>;
}
