import { Worker } from "node:worker_threads";
import { isPostgresUrl } from "../../schema/database-url.ts";
import { StoreError } from "./errors.ts";
import type {
  EventStep,
  GraphPart,
  IngestBatch,
  IngestResult,
  Reply,
  Request,
  Rows,
  RunList,
  RunsStep,
  StatementWrites,
  Step,
  ThreadOptions,
  TransactionPart,
} from "./protocol.ts";
import { type SentRows, unpacked } from "./row-text.ts";
import { StepSender } from "./sent-steps.ts";

type Unsent =
  | { kind: "steps"; steps: (Step | EventStep)[]; transaction?: TransactionPart }
  | { kind: "rollback" }
  | { kind: "commit"; waiting: number }
  | { kind: "register"; replica: string }
  | { kind: "script"; sql: string }
  | { kind: "ingest"; batch: IngestBatch }
  | { kind: "graph"; part: GraphPart }
  | { kind: "list"; step: RunsStep }
  | { kind: "close" };

interface Waiting {
  resolve(result: never): void;
  reject(error: Error): void;
}

/** The main thread's end of one database connection. Requests of the same microtask are sent in one message. */
export class Connection {
  readonly #worker: Worker;
  readonly #hear: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sender = new StepSender();
  #hearWrites: (writes: StatementWrites) => void = () => {};
  /** One message for what is asked in one tick; a message for each takes 1.1 times the CPU (`bench/set-state.ts`). */
  #unsent: Request[] = [];
  #lastId = 0;
  #end: Error | undefined;
  #exited: Promise<void>;

  /** `hear` is called when other processes may have written. */
  constructor(options: ThreadOptions, hear: () => void = () => {}) {
    const program = isPostgresUrl(options.path) ? "postgres-thread" : "sqlite-thread";
    const file = `../threads/${program}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`;
    this.#hear = hear;
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: options,
      name: options.readOnly ? "store reader" : "store writer",
      execArgv: [],
    });
    this.#worker.on("message", (replies: Reply[]) => this.#settle(replies));
    // Only work under way keeps the process alive. After the listener: adding one holds the process again.
    this.#worker.unref();
    this.#worker.on("error", (error) => this.#fail(new StoreError(error.message, { cause: error })));
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#fail(new StoreError("The store is closed."));
        resolve();
      });
    });
  }

  /** Returns the rows of each reading step. */
  async run(steps: (Step | EventStep)[], transaction?: TransactionPart): Promise<(Rows | null)[]> {
    const request: Unsent = transaction ? { kind: "steps", steps, transaction } : { kind: "steps", steps };
    const results = await this.#ask<(SentRows | null)[]>(request);
    return results.map((result) => result && unpacked(result));
  }

  rollback(): Promise<void> {
    return this.#ask({ kind: "rollback" });
  }

  /** Commits the transactions that wait for the group commit. */
  commit(waiting: number): Promise<void> {
    return this.#ask({ kind: "commit", waiting });
  }

  /** From now on each commit records the id of this process, which shows after a lost connection whether it succeeded. */
  register(replica: string): Promise<void> {
    return this.#ask({ kind: "register", replica });
  }

  script(sql: string): Promise<void> {
    return this.#ask({ kind: "script", sql });
  }

  ingest(batch: IngestBatch): Promise<IngestResult> {
    return this.#ask({ kind: "ingest", batch });
  }

  /** A part of the graph of a run as JSON, without its seq; null when there is no such run. */
  graph(part: GraphPart): Promise<string | null> {
    return this.#ask({ kind: "graph", part });
  }

  /** The result of a step that reads only runs. */
  list(step: RunsStep): Promise<RunList> {
    return this.#ask({ kind: "list", step });
  }

  /** `hear` receives what SQLite reports that a statement writes: once it is prepared, before its result. */
  onWrites(hear: (writes: StatementWrites) => void): void {
    this.#hearWrites = hear;
  }

  async close(): Promise<void> {
    if (this.#end) return;
    await this.#ask<void>({ kind: "close" });
    this.#worker.ref();
    await this.#exited;
  }

  #ask<T>(request: Unsent): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    if (this.#unsent.length === 0) queueMicrotask(() => this.#send());
    const id = ++this.#lastId;
    this.#unsent.push({ ...request, id });
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #send(): void {
    const requests = this.#unsent;
    this.#unsent = [];
    if (!this.#end) this.#worker.postMessage(this.#sender.sent(requests));
  }

  #settle(replies: Reply[]): void {
    for (const reply of replies) {
      if (reply.id === null) {
        this.#hear();
        continue;
      }
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("failure" in reply) waiting?.reject(StoreError.from(reply.failure));
      else {
        reply.writes?.forEach(this.#hearWrites);
        waiting?.resolve(reply.result as never);
      }
    }
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#end);
    this.#waiting.clear();
  }
}
