import { useCallback, useEffect, useRef } from "react";
import { useApi } from "../api.ts";
import { useTouched } from "../live.ts";

/** Longer than a Prefect server keeps events before it stores them. */
const storedAfterMs = 7_000;

/**
 * A Prefect server tells of the events of automations before they can be read: what was read at that moment is read once
 * more when they are stored.
 */
export function useLateEvents(): void {
  const { info, queries } = useApi();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const wait = useCallback(() => {
    if (info) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => void queries.invalidateQueries({ queryKey: ["automations"] }),
      storedAfterMs,
    );
  }, [info, queries]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useTouched("automations", wait);
}
