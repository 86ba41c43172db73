import { useCallback, useState } from "react";
import { useTouched } from "../live.ts";

/**
 * When a chart ends: a little after the last change of a noun. It stands still while nothing happens, and moves
 * on by whole steps, so that live data does not ask for another stretch of time at every change.
 */
export function useNewest(noun: string, stepMs: number): number {
  const [end, setEnd] = useState(() => roundUp(Date.now(), stepMs));
  useTouched(
    noun,
    useCallback(() => setEnd((old) => (Date.now() > old ? roundUp(Date.now(), stepMs) : old)), [stepMs]),
  );
  return end;
}

const roundUp = (ms: number, step: number) => Math.ceil(ms / step) * step;
