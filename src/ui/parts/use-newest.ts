import { useCallback, useState } from "react";
import { useTouched } from "../live.ts";

/**
 * When a chart ends: a little after the last change of a noun. It stands still while nothing happens, and moves
 * on by whole steps, so that live data does not ask for another stretch of time at every change.
 */
export function useNewest(noun: string, stepMs: number): number {
  const [seen, setSeen] = useState(Date.now);
  const end = Math.ceil(seen / stepMs) * stepMs;
  useTouched(
    noun,
    useCallback(() => setSeen((old) => (Date.now() > end ? Date.now() : old)), [end]),
  );
  return end;
}
