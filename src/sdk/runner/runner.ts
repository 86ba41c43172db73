import { attemptLabel } from "../../schema/attempt-tokens.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { errorTitle } from "../errors.ts";
import { type EventListener, flowRunIn, type HeardEvent } from "../event-listener.ts";
import { clientOf } from "../given-up.ts";
import type { Session } from "../session.ts";
import { claim, handBack } from "./claims.ts";
import { type Launch, RunProcess } from "./run-process.ts";

/** Where a runner's runs come from. */
export interface Source {
  /** Runs that are due before the given time, soonest first. */
  due(before: string, limit: number): Promise<FlowRun[]>;
  /** How to start a run; undefined leaves it to others. */
  launch(run: FlowRun): Promise<Launch | undefined>;
  /** Ids of the resources that events about its runs, or about what governs them, name. */
  resources: readonly string[];
  onStart?(run: FlowRun, process: RunProcess): void;
  onEnd?(run: FlowRun, process: RunProcess): void;
}
interface Options {
  session: Session;
  source: Source;
  /** Runs at the same time. */
  limit: number;
  /** Milliseconds that running runs have to end by themselves when the runner stops. */
  grace: number;
}

const pollEvery = 10_000;
const lookAhead = 15_000;
/** Of a run whose process is killed again and again before the flow has begun. */
const maxStarts = 3;
/** Before its time a run's process is started, so that the run begins on time. */
const lead = 500;
const gather = 50;
const askFor = 200;
const cancelling = "prefect.flow-run.Cancelling";
/** Events after which the server makes other runs, which it does not tell of one by one. */
const changes = ["prefect.deployment.created", "prefect.deployment.updated"];
/** For so long it is asked more often then. */
const restless = 15_000;
const restlessEvery = 1500;
/** Events after which a run may be due. */
const wakers = ["Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot", "Resuming"];

/**
 * Starts due runs, each in a process of its own. Asks for them every ten seconds, a little ahead of their time,
 * and at once when the server tells of a new one.
 */
export class Runner {
  readonly #options: Options;
  readonly #planned = new Map<string, NodeJS.Timeout>();
  /** Claimed, or about to be. */
  readonly #taken = new Map<string, Promise<void>>();
  readonly #processes = new Map<string, RunProcess>();
  /** How often a run was started whose process was killed before the flow began. */
  readonly #starts = new Map<string, number>();
  #listener: EventListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #asksAgain = false;
  #isStopping = false;
  #hasFailed = false;
  #restlessUntil = Date.now() + restless;

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    const { session, source } = this.#options;
    this.#listener = session.transport.listen?.({
      filter: {
        event: { name: [cancelling, ...changes, ...wakers.map((name) => `prefect.flow-run.${name}`)] },
        any_resource: { id: [...source.resources] },
      },
      onEvent: (event) => this.#hear(event),
      onLive: () => this.#askIn(0),
    });
    this.#askIn(0);
  }

  /** Takes no more runs, hands back what has not begun, lets the rest finish and ends what does not. */
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

  /** No more waiting: what still runs is killed. */
  kill(reason: string): void {
    for (const process of this.#processes.values()) process.kill(reason);
  }

  get running(): number {
    return this.#processes.size;
  }

  #hear(heard: HeardEvent): void {
    if (heard.event === cancelling) this.#processes.get(flowRunIn(heard))?.cancel();
    else {
      if (changes.includes(heard.event)) this.#restlessUntil = Date.now() + restless;
      this.#askIn(gather);
    }
  }

  #askIn(ms: number): void {
    if (this.#isStopping) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) {
      this.#asksAgain = true;
      return;
    }
    this.#isAsking = true;
    try {
      if (this.#taken.size < this.#options.limit) {
        const runs = await this.#options.source.due(timestamp(Date.now() + lookAhead), askFor);
        for (const run of runs) this.#plan(run);
      }
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed)
        this.#print("warning", `The server cannot be asked for runs: ${errorTitle(error)}`);
      this.#hasFailed = true;
    } finally {
      this.#isAsking = false;
      const every = Date.now() < this.#restlessUntil ? restlessEvery : pollEvery;
      this.#askIn(this.#asksAgain ? gather : every);
      this.#asksAgain = false;
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
    // It is asked for again when there is a place.
    if (this.#taken.size >= this.#options.limit) return;
    const taken = this.#carry(run)
      .catch((error: unknown) => this.#print("error", `Flow run '${run.name}': ${errorTitle(error)}`))
      .finally(() => {
        this.#taken.delete(run.id);
        this.#askIn(gather);
      });
    this.#taken.set(run.id, taken);
  }

  async #carry(run: FlowRun): Promise<void> {
    const { session, source } = this.#options;
    const launch = await source.launch(run);
    const token = newId();
    const client = clientOf(session.client, { flowRunId: run.id, token });
    if (!launch || this.#isStopping || !(await claim(client, run))) return;
    if (this.#isStopping) return handBack(client, run);
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

  /** Until the process of the run tells of itself. */
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
