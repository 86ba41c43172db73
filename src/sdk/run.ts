import { AsyncLocalStorage } from "node:async_hooks";
import type { Client } from "../client/client.ts";
import type { EventSink } from "../client/events.ts";
import type { Ledger } from "../rules/final-state.ts";
import type { AttemptToken } from "../schema/attempt-tokens.ts";
import type { Lineage } from "./lineage.ts";
import type { RunLogger } from "./logger.ts";
import type { Session } from "./session.ts";
import type { RunRef } from "./state.ts";

/** Why a run must end before its body does. */
export interface Abort {
  kind: "cancelled" | "timed-out" | "crashed" | "suspended" | "given-up";
  message: string;
  /** Milliseconds that the body has to end after its signal has aborted. */
  grace: number;
}

/** The context of running code: one object per run (or `tags` scope), holding ids and handles, never values. */
export interface Context {
  readonly run: Run | undefined;
  readonly tags: readonly string[];
}

// One per process: an instance per run would never be collected.
export const contexts = new AsyncLocalStorage<Context>();
const outside: Context = Object.freeze({ run: undefined, tags: [] });
export const currentContext = (): Context => contexts.getStore() ?? outside;

/** A flow run, as the runs inside it see it. */
export interface EnclosingFlow {
  readonly id: string;
  readonly session: Session;
  /** Its requests carry the token of the attempt. */
  readonly client: Client;
  readonly attempt: AttemptToken;
  /** The enclosing attempt. */
  readonly root: AttemptToken;
  readonly lineage: Lineage;
  readonly related: readonly Record<string, string>[];
  readonly runCount: number;
  readonly grace: number;
  /** While it is paused: resolves when its tasks may start again. */
  readonly held: Promise<void> | undefined;
}

/** A flow run or task run in progress: what it started, and whether it must stop. */
export abstract class Run {
  readonly ref: RunRef;
  readonly parent: Run | undefined;
  readonly tags: readonly string[];
  readonly context: Context;
  /** The nearest flow run; for a flow run, itself. */
  abstract readonly flow: EnclosingFlow | undefined;
  abstract readonly logger: RunLogger;
  /** Undefined: inherited from the enclosing run. */
  abstract readonly logConsole: boolean | undefined;
  abstract readonly sink: EventSink;
  abort: Abort | undefined;
  #controller: AbortController | undefined;
  #children: Set<Run> | undefined;
  #listeners: Set<() => void> | undefined;
  #failed: RunRef[] | undefined;
  #started = 0;
  #open = 0;
  #drained: (() => void) | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(
    ref: RunRef,
    {
      parent,
      tags,
      scopeTags,
    }: { parent: Run | undefined; tags: readonly string[]; scopeTags: readonly string[] },
  ) {
    this.ref = ref;
    this.parent = parent;
    this.tags = tags;
    this.context = Object.freeze({ run: this, tags: scopeTags });
  }

  get id(): string {
    return this.ref.id;
  }

  /** Created lazily: most bodies never use it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.abort && !this.#controller.signal.aborted) this.#controller.abort(reasonOf(this.abort));
    return this.#controller.signal;
  }

  get ledger(): Ledger {
    return { total: this.#started, failed: this.#failed ?? [] };
  }
  /** Whether a run started from here is unfinished. */
  get isOpen(): boolean {
    return this.#open > 0;
  }
  get hasStarted(): boolean {
    return this.#started > 0;
  }

  /** Asks this run and all below it to end. The first reason wins. */
  end(abort: Abort): void {
    if (this.abort) return;
    this.abort = abort;
    this.#controller?.abort(reasonOf(abort));
    this.endChildren(forChildren(abort));
    for (const listener of this.#endListeners ?? []) listener();
    const notify = () => {
      for (const listener of this.#listeners ?? []) listener();
    };
    if (abort.grace === 0) notify();
    else this.#graceTimer = setTimeout(notify, abort.grace);
    for (const wake of this.#sleepers ?? []) wake();
  }

  /** Cuts short the grace period of an abort. */
  forceEnd(): void {
    clearTimeout(this.#graceTimer);
    for (const child of this.#children ?? []) child.forceEnd();
    for (const listener of this.#listeners ?? []) listener();
  }

  /** Ends the runs that the body started, not this one. */
  endChildren(abort: Abort): void {
    for (const child of this.#children ?? []) child.end(abort);
  }

  /** Before another attempt: an abort of the last one does not apply to the next. */
  reset(): void {
    clearTimeout(this.#graceTimer);
    this.abort = undefined;
    this.#controller = undefined;
    this.#failed = undefined;
    this.#started = 0;
  }

  #endListeners: Set<() => void> | undefined;
  /** Called when the run is asked to stop. */
  onEnd(listener: () => void): () => void {
    this.#endListeners ??= new Set();
    this.#endListeners.add(listener);
    return () => this.#endListeners?.delete(listener);
  }

  /** Called when the grace period of an abort is over. */
  onForcedEnd(listener: () => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => {
      clearTimeout(this.#graceTimer);
      this.#listeners?.delete(listener);
    };
  }

  #sleepers: Set<() => void> | undefined;
  /** Waits between attempts; an abort ends the wait. */
  sleep(ms: number): Promise<void> {
    if (this.abort || ms <= 0) return Promise.resolve();
    this.#sleepers ??= new Set();
    const sleepers = this.#sleepers;
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      sleepers.add(wake);
    });
  }

  addChild(child: Run): void {
    this.#children ??= new Set();
    this.#children.add(child);
    this.#started++;
    this.#open++;
    if (this.abort) child.end(forChildren(this.abort));
  }

  /** A child has ended. Its failure is kept until it is observed. */
  removeChild(child: Run, hasFailed: boolean): void {
    this.#children?.delete(child);
    if (hasFailed) {
      this.#failed ??= [];
      this.#failed.push(child.ref);
    }
    this.release();
  }

  /** A run that was started from here in another process has failed. */
  noteFailure(ref: RunRef): void {
    this.#failed ??= [];
    this.#failed.push(ref);
  }

  /** Something other than children that must end before the run does. Returns the function that releases it, once. */
  hold(): () => void {
    this.#open++;
    let isHeld = true;
    return () => {
      if (isHeld) this.release();
      isHeld = false;
    };
  }
  release(): void {
    this.#open--;
    if (this.#open === 0) this.#drained?.();
  }

  /** Resolves when all runs started from here have ended. */
  async drained(): Promise<void> {
    while (this.#open > 0)
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
  }

  // A body that waits for its own runs gives up its place in the runner: otherwise a hundred such bodies would
  // deadlock, waiting for runs that never get a place.
  place: { lend(): void; takeBack(): void } | undefined;
  #waits = 0;
  async yieldingPlace<T>(promise: Promise<T>): Promise<T> {
    const holder = this.#placeOwner();
    if (!holder?.place) return promise;
    if (holder.#waits++ === 0) holder.place.lend();
    try {
      return await promise;
    } finally {
      if (--holder.#waits === 0) holder.place?.takeBack();
    }
  }

  #placeOwner(): Run | undefined {
    for (let run: Run | undefined = this; run?.ref.kind === "task_run"; run = run.parent)
      if (run.place) return run;
    return undefined;
  }
}

/** Awaits something that depends on other runs. */
export function blocking<T>(promise: Promise<T>): Promise<T> {
  const { run } = currentContext();
  return run ? run.yieldingPlace(promise) : promise;
}

const reasonOf = (abort: Abort): DOMException =>
  new DOMException(abort.message, abort.kind === "timed-out" ? "TimeoutError" : "AbortError");

function forChildren(abort: Abort): Abort {
  if (abort.kind === "timed-out")
    return { ...abort, kind: "cancelled", message: `The run it belongs to ${abort.message}.` };
  return abort.kind === "suspended" ? { ...abort, kind: "cancelled" } : abort;
}
