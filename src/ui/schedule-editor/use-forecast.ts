import { useMemo } from "react";
import { type Answer, computeForecast, type ForecastInput } from "./forecast.ts";
import { useWorker } from "./use-worker.ts";

/** What a schedule will do and what that changes. */
export function useForecast({ shown, saved, next, now }: ForecastInput): Answer | undefined {
  const input = useMemo(() => ({ shown, saved, next, now }), [shown, saved, next, now]);
  return useWorker("forecast", computeForecast, input);
}
