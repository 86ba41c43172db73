import { useCallback, useState } from "react";
import { useTouched } from "../live.ts";

/** The time as of the last change of a noun: where charts end. It stands still while nothing happens. */
export function useNewest(noun: string): number {
  const [now, setNow] = useState(Date.now);
  useTouched(
    noun,
    useCallback(() => setNow(Date.now()), []),
  );
  return now;
}
