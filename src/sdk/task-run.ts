import type { EventSink } from "../client/events.ts";
import { nextRetryDelay } from "../rules/retry.ts";
import { runErrorEvent } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { maxListedMessage, shortened } from "../schema/long-texts.ts";
import type { TaskInputs } from "../schema/task-runs.ts";
import { attempt, type Ended } from "./attempt.ts";
import { nowMicros, stamp } from "./clock.ts";
import { isDisabled } from "./environment.ts";
import { errorText, errorTitle } from "./errors.ts";
import type { FlowRun } from "./flow-run.ts";
import { runHooks } from "./hooks.ts";
import { failedWait, inspectArguments, resolveArguments, UpstreamError, type Wait } from "./inputs.ts";
import { createLogger, type LogTarget, type RunLogger } from "./logger.ts";
import { fillTemplate, named } from "./parameters.ts";
import { preview } from "./preview.ts";
import { Run } from "./run.ts";
import type { RunEnvironment } from "./run-environment.ts";
import { type Conclusion, conclude } from "./run-outcome.ts";
import { Slot } from "./slot.ts";
import { validate } from "./standard-schema.ts";
import { finishedIn, hasEnded, newView, type StateView } from "./state.ts";
import { errorPayload, runEvent, type StateExtra, taskRunEvent } from "./task-events.ts";
import type { TaskDefinition, TaskSettings } from "./task-settings.ts";
import { acquireTaskSlots, type TaskSlots } from "./task-slots.ts";

interface Times {
  expected_start_time: string;
  start_time?: string;
  end_time?: string;
  total_run_time: number;
}

export interface Start {
  definition: TaskDefinition;
  settings: TaskSettings;
  args: readonly unknown[];
  environment: RunEnvironment;
}

/** One task run in progress: decides its states and reports them. */
export class TaskRun extends Run {
  readonly definition: TaskDefinition;
  readonly settings: TaskSettings;
  readonly flow: FlowRun | undefined;
  readonly sink: EventSink;
  readonly dynamicKey: string;
  inputs: TaskInputs = {};
  readonly related: Record<string, string>[];
  readonly slot: Slot;
  waits: readonly Wait[] = [];
  isLifted = false;
  /** Set while lists among the arguments grow: until then its edges are unknown, and it is not reported. */
  readonly inputsReady: Promise<void> | undefined;
  runCount = 0;
  readonly times: Times;
  readonly #logs: LogTarget;
  #logger: RunLogger | undefined;
  #args: readonly unknown[];
  #runningSince = 0;
  /** Why its arguments cannot be resolved. */
  #unreadable: { error: unknown } | undefined;

  constructor({ definition, settings, args, environment }: Start) {
    const { parent, flow, scopeTags } = environment;
    const count = flow?.countCall(definition.key);
    const dynamicKey = flow && count !== undefined ? flow.callKey(count) : newId();
    const ref = {
      kind: "task_run" as const,
      id: newId(),
      name: `${definition.name}-${count ?? dynamicKey.slice(-4)}`,
      observed: false,
    };
    const tags =
      settings.tags.length + scopeTags.length === 0 ? none : [...new Set([...scopeTags, ...settings.tags])];
    super(ref, { parent, tags, scopeTags: tags });
    this.definition = definition;
    this.settings = settings;
    this.flow = flow;
    this.sink = environment.sink;
    this.#logs = environment.logs;
    this.dynamicKey = dynamicKey;
    this.#args = args;
    const growing = this.#look();
    this.related = relatedTo(this);
    const view = newView("PENDING");
    this.times = { expected_start_time: view.timestamp, total_run_time: 0 };
    this.slot = new Slot(view, ref);
    this.slot.cancel = (message) => this.end({ kind: "cancelled", message, grace: settings.grace });
    if (growing.length > 0) this.inputsReady = this.#awaitInputs(growing);
    else this.#reportPending();
    parent?.addChild(this);
  }

  /** Finds the runs that the arguments wait for; returns the lists that are still growing. */
  #look(): Promise<void>[] {
    const found = inspectArguments(this.#args, {
      names: this.definition.names,
      waitFor: this.settings.waitFor,
      lineage: this.flow?.lineage,
      parent: this.parent?.ref,
    });
    this.inputs = found.inputs;
    this.waits = found.waits;
    this.isLifted = found.isLifted;
    return found.growing;
  }

  async #awaitInputs(growing: readonly Promise<void>[]): Promise<void> {
    await Promise.all(growing).catch((error: unknown) => {
      this.#unreadable = { error };
    });
    this.#look();
    this.#reportPending();
  }

  #reportPending(): void {
    this.sink.send(taskRunEvent(this, { from: undefined, to: this.slot.view, extra: {} }));
  }

  /** Created lazily: most tasks never log. */
  get logger(): RunLogger {
    this.#logger ??= createLogger(this.#logs, {
      name: "praetor.task_runs",
      flowRunId: this.flow?.id ?? null,
      taskRunId: this.id,
      title: () => `Task run '${this.ref.name}'`,
      attempt: this.flow?.root,
    });
    return this.#logger;
  }
  get logConsole(): boolean | undefined {
    return this.settings.logConsole;
  }
  get grace(): number {
    return this.settings.grace;
  }

  /** From the first attempt to the end. Never rejects. */
  async execute(): Promise<void> {
    const args = this.#args;
    this.#args = none;
    await this.#runAttempts(args).catch((error: unknown) => this.crash(error));
    this.parent?.removeChild(
      this,
      this.slot.view.type !== "COMPLETED" && this.slot.view.type !== "CANCELLED",
    );
  }

  async #runAttempts(callArgs: readonly unknown[]): Promise<void> {
    const failed = failedWait(this.waits);
    if (!this.abort && failed) return this.#notReady(failed);
    if (!this.abort && this.#unreadable)
      return this.#finish(await this.#conclude({ kind: "threw", ...this.#unreadable }), 0);
    const args = this.isLifted && !this.abort ? resolveArguments(callArgs) : callArgs;
    if (!this.abort) this.#resolveName(args);
    for (let number = 1; ; number++) {
      const ended = await this.#once(args, number);
      const conclusion = await this.#conclude(ended);
      const delay = await this.#retryDelay(conclusion, args, number);
      if (delay === undefined) return this.#finish(conclusion, number);
      await this.#awaitRetry(conclusion, { delay, number });
    }
  }

  #conclude(ended: Ended): Promise<Conclusion> {
    const { failOn, timeout } = this.settings;
    return conclude(this, ended, { subject: "Task", failOn, timeout });
  }

  async #once(args: readonly unknown[], number: number): Promise<Ended> {
    const held = this.flow?.held;
    if (held) await held;
    if (this.abort) return { kind: "aborted", abort: this.abort };
    // Most tasks have no tags, and skip even the await.
    if (this.tags.length === 0 || isDisabled()) return this.#attempt(args, number);
    let slots: TaskSlots | undefined;
    try {
      slots = await acquireTaskSlots(this);
      if (this.abort) return { kind: "aborted", abort: this.abort };
      return await this.#attempt(args, number);
    } catch (error) {
      if (this.abort) return { kind: "aborted", abort: this.abort };
      return { kind: "threw", error };
    } finally {
      await slots?.release();
    }
  }

  async #attempt(args: readonly unknown[], number: number): Promise<Ended> {
    const { definition, settings } = this;
    this.#begin(args, number);
    await runHooks(definition.hooks, definition, { run: this, view: this.slot.view });
    let ready = args;
    if (definition.schema) {
      try {
        ready = asList(await validate(definition.schema, args, `Task '${definition.name}'`));
      } catch (error) {
        return { kind: "threw", error };
      }
    }
    const ended = await attempt(this, definition.fn, { args: ready, timeout: settings.timeout });
    if (this.isOpen) await this.yieldingPlace(this.drained());
    return ended;
  }

  #begin(args: readonly unknown[], number: number): void {
    this.runCount++;
    const at = nowMicros();
    this.#runningSince = at;
    this.times.start_time ??= stamp(at);
    const extra =
      number === 1 && args.length > 0 ? { input_preview: preview(named(this.definition.names, args)) } : {};
    this.report(newView("RUNNING", { ...(number === 1 ? {} : { name: "Retrying" }), at }), extra);
  }

  /** Undefined when the run is over. */
  async #retryDelay(
    { decision, content }: Conclusion,
    args: readonly unknown[],
    attempt: number,
  ): Promise<number | undefined> {
    if (decision.type !== "FAILED" || (this.abort && this.abort.kind !== "timed-out")) return undefined;
    const delay = nextRetryDelay(this.settings.retry, attempt, Math.random);
    if (delay === undefined || !this.settings.retryCondition) return delay;
    try {
      const isWanted = await this.settings.retryCondition(content.error, {
        attempt,
        args,
        signal: this.signal,
      });
      return isWanted ? delay : undefined;
    } catch (error) {
      this.logger.error(`The retry condition failed, so there is no retry: ${errorText(error)}`);
      return undefined;
    }
  }

  async #awaitRetry(
    { decision, thrown }: Conclusion,
    { delay, number }: { delay: number; number: number },
  ): Promise<void> {
    const { retries } = this.settings.retry;
    const when = delay > 0 ? `in ${Math.round(delay * 1000) / 1000} second(s)` : "at once";
    this.logger.info(
      `Task run failed: ${shortened(thrown === undefined ? String(decision.message) : errorTitle(thrown), maxListedMessage)} - retry ${number}/${retries} starts ${when}`,
    );
    this.#reportError(thrown, number);
    this.reset();
    const at = nowMicros();
    this.#addRunTime(at);
    if (delay === 0) return;
    const scheduled = stamp(at + Math.round(delay * 1_000_000));
    this.report(newView("SCHEDULED", { name: "AwaitingRetry", message: decision.message, at }), {
      details: { scheduled_time: scheduled },
    });
    await this.sleep(delay * 1000);
  }

  async #finish({ decision, content, thrown }: Conclusion, number: number): Promise<void> {
    const { definition } = this;
    const at = nowMicros();
    this.#addRunTime(at);
    const view = newView(decision.type, { name: decision.name, message: decision.message, at });
    if (hasEnded(view)) this.times.end_time = view.timestamp;
    if (decision.warning) this.logger.warn(decision.warning);
    if (decision.type === "COMPLETED") this.flow?.lineage.add(content.value, this.ref);
    else this.#reportEnd({ ...view, message: decision.message }, thrown, number);
    const details = decision.type === "COMPLETED" ? { untrackable_result: true } : {};
    const shown =
      decision.type === "COMPLETED" && content.value !== undefined
        ? { result_preview: preview(content.value) }
        : {};
    this.#report(view, { details, ...shown });
    this.slot.settle(view, content);
    await runHooks(definition.hooks, definition, { run: this, view, content });
  }

  #notReady(failed: Wait): void {
    // The failure is now that of this run, which names it.
    for (const { slot } of this.waits) if (slot.view.type !== "COMPLETED") slot.ref.observed = true;
    const error = new UpstreamError(failed);
    const view = newView("PENDING", { name: "NotReady", message: error.reason });
    this.logger.error(error.reason);
    this.#report(view, {});
    this.slot.settle(view, { error });
  }

  /** The run cannot be recorded, or a function among the options threw. */
  crash(error: unknown): void {
    if (this.slot.hasEnded) return;
    const view = newView("CRASHED", { message: errorTitle(error) });
    this.times.end_time = view.timestamp;
    this.#reportEnd(view, error, this.runCount);
    this.#report(view, {});
    this.slot.settle(view, { error });
  }

  #reportEnd(view: StateView, error: unknown, number: number): void {
    if (view.type === "CANCELLED") this.logger.info(finishedIn(view));
    else {
      this.#reportError(error, number);
      this.logger.error(
        view.name === "TimedOut" || error === undefined
          ? String(view.message)
          : `${shortened(String(view.message), maxListedMessage)}\n${errorText(error)}`,
      );
    }
  }

  #reportError(error: unknown, attempt: number): void {
    if (error === undefined) return;
    const resource = {
      "prefect.resource.id": `prefect.task-run.${this.id}`,
      "prefect.resource.name": this.ref.name,
    };
    this.sink.send(
      runEvent(runErrorEvent, { resource, related: this.related, payload: errorPayload(error, attempt) }),
    );
  }

  report(view: StateView, extra: StateExtra = {}): void {
    this.#report(view, extra);
    this.slot.view = view;
  }
  #report(to: StateView, extra: StateExtra): void {
    this.sink.send(taskRunEvent(this, { from: this.slot.view, to, extra }));
  }

  #addRunTime(at: number): void {
    if (this.#runningSince === 0) return;
    this.times.total_run_time += (at - this.#runningSince) / 1_000_000;
    this.#runningSince = 0;
  }

  #resolveName(args: readonly unknown[]): void {
    const { runName } = this.settings;
    if (runName === undefined) return;
    this.ref.name =
      typeof runName === "string"
        ? fillTemplate(runName, this.definition.names, args)
        : String(Reflect.apply(runName, undefined, args));
  }
}

const none: readonly never[] = [];
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function relatedTo(run: TaskRun): Record<string, string>[] {
  const about = run.flow?.related ?? [];
  if (run.tags.length === 0) return about;
  return [
    ...run.tags.map((tag) => ({
      "prefect.resource.id": `prefect.tag.${tag}`,
      "prefect.resource.role": "tag",
    })),
    ...about,
  ];
}
