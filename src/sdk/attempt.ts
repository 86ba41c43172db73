import { type Abort, contexts, type Run } from "./run.ts";

/** How a body ended. `forced`: it did not end within its grace period; what it does later is ignored. */
export type Ended =
  | { kind: "returned"; value: unknown }
  | { kind: "threw"; error: unknown }
  | { kind: "aborted"; abort: Abort; error?: unknown };

type Body = (...args: never[]) => unknown;

/** Runs a body once, in the context of its run, within its timeout. Never rejects. */
export async function attempt(
  run: Run,
  fn: Body,
  { args, timeout }: { args: readonly unknown[]; timeout: number | undefined },
): Promise<Ended> {
  if (run.abort) return { kind: "aborted", abort: run.abort };
  const timer = timeout === undefined ? undefined : armTimeout(run, timeout);
  const ended = await race(run, fn, args);
  clearTimeout(timer);
  if (!run.abort) return ended;
  return { kind: "aborted", abort: run.abort, ...(ended.kind === "threw" ? { error: ended.error } : {}) };
}

const armTimeout = (run: Run & { grace?: number }, seconds: number): NodeJS.Timeout =>
  setTimeout(() => {
    const message = `exceeded timeout of ${seconds} second(s)`;
    run.end({ kind: "timed-out", message, grace: run.grace ?? 0 });
  }, seconds * 1000);

function race(run: Run, fn: Body, args: readonly unknown[]): Promise<Ended> {
  return new Promise((resolve) => {
    const stopListening = run.onForcedEnd(() => {
      if (run.abort) resolve({ kind: "aborted", abort: run.abort });
    });
    contexts.run(run.context, call, fn, args).then(
      (value) => {
        stopListening();
        resolve({ kind: "returned", value });
      },
      (error) => {
        stopListening();
        resolve({ kind: "threw", error });
      },
    );
  });
}

async function call(fn: Body, args: readonly unknown[]): Promise<unknown> {
  const value: unknown = await Reflect.apply(fn, undefined, args);
  return isGenerator(value) ? exhaust(value) : value;
}

const isGenerator = (value: unknown): value is AsyncGenerator =>
  typeof value === "object" &&
  value !== null &&
  Symbol.asyncIterator in value &&
  "return" in value &&
  "throw" in value;

/** The last value that a generator body yielded. */
export class Exhausted {
  readonly last: unknown;
  constructor(last: unknown) {
    this.last = last;
  }
}

/** Skips the values of a generator without collecting them. */
async function exhaust(generator: AsyncGenerator): Promise<Exhausted> {
  let last: unknown;
  for await (const value of generator) last = value;
  return new Exhausted(last);
}
