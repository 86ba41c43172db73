import { attemptLabel } from "../../schema/attempt-tokens.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { errorTitle } from "../errors.ts";
import { type EventListener, flowRunIn, type ReceivedEvent } from "../event-listener.ts";
import { clientOf } from "../fenced-attempts.ts";
import type { Session } from "../session.ts";
import { claim, releaseRun } from "./claims.ts";
import { type Launch, RunProcess } from "./run-process.ts";

/** Where a runner's runs come from. */
export interface Source {
  /** Runs that are due before the given time, soonest first. */
  due(before: string, limit: number): Promise<FlowRun[]>;
  /** How to start a run; undefined leaves it to other runners. */
  launch(run: FlowRun): Promise<Launch | undefined>;
  /** Ids of the resources in events about its runs, or their deployments. */
  resources: readonly string[];
  onStart?(run: FlowRun, process: RunProcess): void;
  onEnd?(run: FlowRun, process: RunProcess): void;
}
interface Options {
  session: Session;
  source: Source;
  /** Maximum concurrent runs. */
  limit: number;
  /** Milliseconds that running runs have to end when the runner stops. */
  grace: number;
}

const pollEvery = 10_000;
const lookAhead = 15_000;
/** Limit for a run whose process is repeatedly killed before the flow has begun. */
const maxStarts = 3;
/** A run's process is started this long before its time, so that the run begins on time. */
const lead = 500;
const debounceMs = 50;
const pollLimit = 200;
const cancelling = "prefect.flow-run.Cancelling";
/** Events after which the server creates other runs, without an event for each. */
const changes = ["prefect.deployment.created", "prefect.deployment.updated"];
/** How long polling is more frequent after such an event. */
const burstMs = 15_000;
const burstPollEvery = 1500;
/** Events after which a run may be due. */
const wakeEvents = ["Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot", "Resuming"];

/**
 * Starts due runs, each in its own process. Polls every ten seconds, a little ahead of their time,
 * and at once when the server announces a new one.
 */
export class Runner {
  readonly #options: Options;
  readonly #planned = new Map<string, NodeJS.Timeout>();
  /** Claimed, or being claimed. */
  readonly #taken = new Map<string, Promise<void>>();
  readonly #processes = new Map<string, RunProcess>();
  /** Starts of a run whose process was killed before the flow began. */
  readonly #starts = new Map<string, number>();
  #listener: EventListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;
  #pollsAgain = false;
  #isStopping = false;
  #hasFailed = false;
  #burstUntil = Date.now() + burstMs;

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    const { session, source } = this.#options;
    this.#listener = session.transport.listen?.({
      filter: {
        event: { name: [cancelling, ...changes, ...wakeEvents.map((name) => `prefect.flow-run.${name}`)] },
        any_resource: { id: [...source.resources] },
      },
      onEvent: (event) => this.#onEvent(event),
      onLive: () => this.#pollIn(0),
    });
    this.#pollIn(0);
  }

  /** Stops claiming, hands back runs that have not begun, waits for the rest and ends those that exceed the grace period. */
  async stop(reason: string): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    this.#listener?.close();
    for (const timer of this.#planned.values()) clearTimeout(timer);
    this.#planned.clear();
    const timer = setTimeout(() => {
      for (const process of this.#processes.values()) process.end(reason);
    }, this.#options.grace);
    await Promise.all(this.#taken.values());
    clearTimeout(timer);
    await this.#options.session.flush();
  }

  /** Kills all running processes. */
  kill(reason: string): void {
    for (const process of this.#processes.values()) process.kill(reason);
  }

  get running(): number {
    return this.#processes.size;
  }

  #onEvent(event: ReceivedEvent): void {
    if (event.event === cancelling) this.#processes.get(flowRunIn(event))?.cancel();
    else {
      if (changes.includes(event.event)) this.#burstUntil = Date.now() + burstMs;
      this.#pollIn(debounceMs);
    }
  }

  #pollIn(ms: number): void {
    if (this.#isStopping) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), ms);
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) {
      this.#pollsAgain = true;
      return;
    }
    this.#isPolling = true;
    try {
      if (this.#taken.size < this.#options.limit) {
        const runs = await this.#options.source.due(timestamp(Date.now() + lookAhead), pollLimit);
        for (const run of runs) this.#plan(run);
      }
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#print("warning", `Polling for runs failed: ${errorTitle(error)}`);
      this.#hasFailed = true;
    } finally {
      this.#isPolling = false;
      const every = Date.now() < this.#burstUntil ? burstPollEvery : pollEvery;
      this.#pollIn(this.#pollsAgain ? debounceMs : every);
      this.#pollsAgain = false;
    }
  }

  #plan(run: FlowRun): void {
    clearTimeout(this.#planned.get(run.id));
    if (this.#isStopping || this.#taken.has(run.id)) return;
    const due = run.next_scheduled_start_time ? toMs(run.next_scheduled_start_time) : 0;
    const wait = Math.max(0, due - lead - Date.now());
    this.#planned.set(
      run.id,
      setTimeout(() => this.#take(run), wait),
    );
  }

  #take(run: FlowRun): void {
    this.#planned.delete(run.id);
    // It is queried again when a place is free.
    if (this.#taken.size >= this.#options.limit) return;
    const taken = this.#superviseRun(run)
      .catch((error: unknown) => this.#print("error", `Flow run '${run.name}': ${errorTitle(error)}`))
      .finally(() => {
        this.#taken.delete(run.id);
        this.#pollIn(debounceMs);
      });
    this.#taken.set(run.id, taken);
  }

  async #superviseRun(run: FlowRun): Promise<void> {
    const { session, source } = this.#options;
    const launch = await source.launch(run);
    const token = newId();
    const client = clientOf(session.client, { flowRunId: run.id, token });
    if (!launch || this.#isStopping || !(await claim(client, run))) return;
    if (this.#isStopping) return releaseRun(client, run);
    const starts = this.#starts.get(run.id) ?? 1;
    const onLoaded = this.#renewClaim(run, token);
    const process = new RunProcess(
      session,
      { run, token, onLoaded, mayHandBack: starts < maxStarts },
      launch,
    );
    this.#processes.set(run.id, process);
    this.#print("info", `Flow run '${run.name}' starts in process ${process.pid}`);
    source.onStart?.(run, process);
    const state = await process.over.finally(() => this.#processes.delete(run.id));
    if (state?.name === "Scheduled") this.#starts.set(run.id, starts + 1);
    else this.#starts.delete(run.id);
    source.onEnd?.(run, process);
    this.#print("info", `Flow run '${run.name}' is ${state?.name ?? "gone"}`);
  }

  /** Until the process of the run reports for itself. */
  #renewClaim({ id, name }: FlowRun, token: string): () => void {
    const resource = {
      "prefect.resource.id": `prefect.flow-run.${id}`,
      "prefect.resource.name": name,
      [attemptLabel]: token,
    };
    const claim = { flowRunId: id, resource, related: [] };
    return this.#options.session.transport.renewClaim?.(claim) ?? (() => {});
  }

  #print(level: "info" | "warning" | "error", text: string): void {
    this.#options.session.logs.print(level, text);
  }
}
