import { AsyncLocalStorage } from "node:async_hooks";
import { yieldToEventLoop } from "./clock.ts";
import { captureConsole } from "./console.ts";
import { isDisabled } from "./environment.ts";
import { Future } from "./future.ts";
import type { FutureList } from "./future-list.ts";
import { isError } from "./is-error.ts";
import { mapTask } from "./map.ts";
import { nameAtCall } from "./naming.ts";
import { taskKinds, taskWithKinds } from "./option-kinds.ts";
import { checkDefinition, checkOptions } from "./options.ts";
import { guard } from "./process-end.ts";
import { runEnvironment } from "./run-environment.ts";
import type { TaskOptions } from "./run-options.ts";
import { session } from "./session.ts";
import { Slot } from "./slot.ts";
import { type InputOf, type OutputOf, type StandardSchema, validate } from "./standard-schema.ts";
import { resultOf } from "./state.ts";
import { TaskRun } from "./task-run.ts";
import { defineTask, type TaskDefinition, type TaskSettings, taskSettings } from "./task-settings.ts";
import type { ParametersOf, ResultOf, Task } from "./types.ts";
import { AllowFailure } from "./wrappers.ts";

type Body = (...args: never[]) => unknown;
type Params = readonly unknown[];

/**
 * Makes a task of a function: its calls are recorded, and can be retried, timed out, submitted and mapped.
 * The task has the function's parameters and result type; the function itself is unchanged.
 *
 * @example
 * const fetchDay = task({ retries: 3, retryDelay: backoff(1) }, async (day: string) => {
 *   const response = await fetch(`https://example.org/${day}`, { signal: runContext().signal });
 *   return response.json();
 * });
 */
export function task<F extends CallableFunction>(fn: F): Task<ParametersOf<F>, ResultOf<F>>;
export function task<S extends StandardSchema<Params, Params>, R>(
  options: TaskOptions<OutputOf<S>> & { params: S },
  fn: (...args: OutputOf<S> extends unknown[] ? OutputOf<S> : never) => R,
): Task<InputOf<S>, Awaited<R>>;
export function task<F extends CallableFunction>(
  options: TaskOptions<ParametersOf<F>>,
  fn: F,
): Task<ParametersOf<F>, ResultOf<F>>;
export function task(first: Body | TaskOptions<never[]>, second?: Body, ...more: unknown[]): unknown {
  checkDefinition("task", [first, second, ...more], taskKinds);
  const [options, fn] = typeof first === "function" ? [{}, first] : [first, second];
  if (!fn) throw new TypeError("task: expected a function as the last argument");
  return build(
    defineTask({ ...options, name: options.name ?? (fn.name || nameAtCall(task) || "task") }, fn),
    options,
    false,
  );
}

type Options = Parameters<typeof taskSettings>[0] & { returnState?: boolean };

/** The callable that users hold: a function whose methods are the other ways to run it. */
function build(definition: TaskDefinition, options: Options, returnsState: boolean): unknown {
  const settings = taskSettings(options);
  if (settings.logConsole) captureConsole();
  const call = (...args: unknown[]) =>
    isDisabled()
      ? callPlain(definition, args, returnsState)
      : callNow(definition, settings, args, returnsState);
  const submit = (...args: unknown[]) => {
    const future = submitTask({ definition, settings, args });
    return returnsState ? future.wait() : future;
  };
  const map = (...args: unknown[]) => {
    const list: FutureList = mapTask(args, (one) => submitTask({ definition, settings, args: one }));
    return returnsState ? list.wait() : list;
  };
  Object.defineProperty(call, "name", { value: definition.name });
  return Object.assign(call, {
    submit,
    map,
    with: (changed: Options) => {
      checkOptions("task.with", changed, taskWithKinds);
      const { returnState = returnsState, ...more } = changed;
      return build(definition, { ...options, ...more }, returnState);
    },
    recover: (future: Future) => recover({ definition, settings }, future),
    fn: definition.fn,
    taskName: definition.name,
    key: definition.key,
  });
}

type Place = NonNullable<TaskRun["place"]>;

interface Call {
  definition: TaskDefinition;
  settings: TaskSettings;
  args: readonly unknown[];
}

async function callPlain(
  definition: TaskDefinition,
  args: readonly unknown[],
  returnsState: boolean,
): Promise<unknown> {
  if (returnsState) return submitTask({ definition, settings: taskSettings({}), args }).wait();
  const { fn, schema, name } = definition;
  const validated = schema ? await validate(schema, args, `Task '${name}'`) : args;
  return Reflect.apply(fn, undefined, Array.isArray(validated) ? validated : [validated]);
}

/** A direct call: runs at once, without the runner. */
async function callNow(
  definition: TaskDefinition,
  settings: TaskSettings,
  args: readonly unknown[],
  returnsState: boolean,
): Promise<unknown> {
  const environment = runEnvironment();
  const open = environment.flow ? undefined : await session();
  open?.use();
  // Loops of quick calls must let the event loop turn, and the server keep up.
  await yieldToEventLoop();
  await environment.sink.room();
  const run = new TaskRun({ definition, settings, args, environment });
  const release = guard(run);
  try {
    await run.inputsReady;
    if (run.waits.length > 0) await Promise.all(run.waits.map(({ slot }) => slot.ended()));
    await run.execute();
  } finally {
    release();
    await open?.leave();
  }
  return answer(run.slot, returnsState);
}

function answer(slot: Slot, returnsState: boolean): unknown {
  if (returnsState) return slot.state();
  const outcome = resultOf(slot.view, slot.content, slot.ref);
  if (outcome.ok) return outcome.value;
  slot.ref.observed = true;
  throw outcome.error;
}

/** Starts when its inputs have ended and the runner has a place. */
export function submitTask({ definition, settings, args }: Call): Future {
  const environment = runEnvironment();
  const run = new TaskRun({ definition, settings, args, environment });
  const { slot } = run;
  const { flow } = environment;
  const isRecorded = !flow && !isDisabled();
  const job = () => runInPlace(run, environment.scheduler, isRecorded ? session() : undefined);
  const start = () =>
    whenEnded(
      run.waits.map((wait) => wait.slot),
      () => environment.scheduler.submit(job, run.waits.length > 0 || run.inputsReady !== undefined),
    );
  if (run.inputsReady) void run.inputsReady.then(start);
  else start();
  return new Future(slot);
}

/** The job references its run until it ends; afterwards nothing references the job. */
async function runInPlace(run: TaskRun, place: Place, opening?: ReturnType<typeof session>): Promise<void> {
  try {
    const open = await opening;
    open?.use();
    const release = guard(run);
    run.place = place;
    await run.execute();
    run.place = undefined;
    release();
    await open?.leave();
  } catch (error) {
    // There is no server to report to.
    run.crash(error);
  }
}

function whenEnded(slots: readonly Slot[], start: () => void): void {
  let open = slots.length;
  if (open === 0) start();
  for (const slot of slots)
    slot.onEnd(() => {
      if (--open === 0) start();
    });
}

/** A future that follows another one, or the fallback if that fails. */
function recover(call: Omit<Call, "args">, future: Future): Future {
  const source = Future.slot(future);
  const target = new Slot(source.view, source.ref);
  const { parent } = runEnvironment();
  const here = AsyncLocalStorage.snapshot();
  // The run that called `recover` ends only after the fallback.
  parent?.hold();
  const follow = (slot: Slot) => {
    target.ref = slot.ref;
    target.settle(slot.view, slot.content);
    parent?.release();
  };
  source.onEnd(() => {
    const outcome = resultOf(source.view, source.content, source.ref);
    if (outcome.ok) {
      follow(source);
      return;
    }
    source.ref.observed = true;
    const error = isError(outcome.error) ? outcome.error : new Error(String(outcome.error));
    const settings = { ...call.settings, waitFor: [new AllowFailure(future)] };
    const fallback = Future.slot(here(() => submitTask({ ...call, settings, args: [error] })));
    fallback.onEnd(() => follow(fallback));
  });
  return new Future(target);
}
