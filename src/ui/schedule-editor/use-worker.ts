import { useEffect, useRef, useState } from "react";
import type { Question } from "./computations.ts";

/**
 * An answer computed off the main thread; the last answer stays until the next. `compute` is what the worker does for
 * this kind of question. `input` must be the same object while it means the same; undefined asks nothing.
 */
export function useWorker<I, A>(
  kind: Question["kind"],
  compute: (input: I) => A,
  input: I | undefined,
): A | undefined {
  const [answer, setAnswer] = useState<A>();
  const worker = useRef<Worker | undefined>(undefined);
  const latest = useRef(0);

  useEffect(() => {
    if (typeof Worker === "undefined") return;
    const made = new Worker(new URL("./forecast-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<{ id: number; answer: A }>) => {
      if (data.id === latest.current) setAnswer(data.answer);
    };
    worker.current = made;
    return () => {
      worker.current = undefined;
      made.terminate();
    };
  }, []);

  useEffect(() => {
    if (input === undefined) return;
    latest.current++;
    if (worker.current) worker.current.postMessage({ id: latest.current, question: { kind, input } });
    else setAnswer(compute(input));
  }, [kind, compute, input]);

  return answer;
}
