import { useEffect, useRef, useState } from "react";
import { type Answer, computeForecast, type ForecastInput } from "./forecast.ts";
import type { ForecastRequest } from "./forecast-worker.ts";

/** What a schedule will do and what that changes, computed off the main thread; the last answer stays until the next. */
export function useForecast({ shown, saved, next, now }: ForecastInput): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  const worker = useRef<Worker | undefined>(undefined);
  const latest = useRef(0);

  useEffect(() => {
    if (typeof Worker === "undefined") return;
    const made = new Worker(new URL("./forecast-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<{ id: number; answer: Answer }>) => {
      if (data.id === latest.current) setAnswer(data.answer);
    };
    worker.current = made;
    return () => {
      worker.current = undefined;
      made.terminate();
    };
  }, []);

  useEffect(() => {
    const input = { shown, saved, next, now };
    latest.current++;
    const request: ForecastRequest = { id: latest.current, input };
    if (worker.current) worker.current.postMessage(request);
    else setAnswer(computeForecast(input));
  }, [shown, saved, next, now]);

  return answer;
}
