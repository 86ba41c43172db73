import type { Logger } from "pino";
import { executionContext } from "../execution-context.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { ServiceMonitor } from "./service-monitor.ts";

export interface LoopService {
  name: string;
  seconds: number;
  /** The first time without waiting. */
  isUrgent?: boolean;
  /** `signal`: the server stops; what takes long ends where it can continue the next time. */
  run(signal: AbortSignal): Promise<void>;
}

interface ServiceDeps {
  monitor: ServiceMonitor;
  log: Pick<Logger, "error" | "warn" | "debug">;
  tracer?: Tracer | undefined;
}

/** Runs each step again and again, `seconds` after it ended last. One that fails is reported and retried. */
export function runServices(steps: readonly LoopService[], deps: ServiceDeps): () => Promise<void> {
  const stopping = new AbortController();
  const loops = steps.map((step) => {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();
    deps.monitor.add(step.name, step.seconds);
    const schedule = () => {
      if (!stopping.signal.aborted) timer = setTimeout(turn, step.seconds * 1000).unref();
    };
    const turn = () => {
      running = runOnce(step, deps, stopping.signal).then(schedule);
    };
    if (step.isUrgent) turn();
    else schedule();
    return () => {
      clearTimeout(timer);
      return running;
    };
  });
  return async () => {
    stopping.abort();
    await Promise.all(loops.map((stop) => stop()));
  };
}

/** A failure is reported once, and once more when it is over: what fails each second must not fill the log. */
async function runOnce({ name, run }: LoopService, deps: ServiceDeps, signal: AbortSignal): Promise<void> {
  const { monitor, log, tracer } = deps;
  const span = tracer?.service(name);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  monitor.began(name);
  try {
    await executionContext.run({ service: name, log, span }, run, signal);
    const before = monitor.ended(name, seconds(), null);
    if (before !== null) log.warn({ service: name }, "a service works again");
  } catch (err) {
    span?.fail(err);
    const message = err instanceof Error ? err.message : String(err);
    const before = monitor.ended(name, seconds(), message);
    if (before !== message) log.error({ err, service: name }, "a service failed; it is tried again");
  } finally {
    span?.end();
  }
}
