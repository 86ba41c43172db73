import type { Logger } from "pino";

export interface Step {
  name: string;
  seconds: number;
  /** The first time without waiting. */
  isUrgent?: boolean;
  run(): Promise<void>;
}

/** Runs each step again and again, `seconds` after it ended last. One that fails is told of and tried again. */
export function every(steps: readonly Step[], log: Logger): () => Promise<void> {
  let isStopped = false;
  const loops = steps.map((step) => {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();
    const schedule = () => {
      if (!isStopped) timer = setTimeout(turn, step.seconds * 1000).unref();
    };
    const turn = () => {
      running = step
        .run()
        .catch((error: unknown) =>
          log.error({ err: error, service: step.name }, "a service failed; it is tried again"),
        )
        .then(schedule);
    };
    if (step.isUrgent) turn();
    else schedule();
    return () => {
      clearTimeout(timer);
      return running;
    };
  });
  return async () => {
    isStopped = true;
    await Promise.all(loops.map((stop) => stop()));
  };
}
