import { Worker } from "node:worker_threads";

const maxHeapMb = 512;

/**
 * A thread for work whose cost depends on user input: it is terminated when a request exceeds its CPU
 * budget, and restarted by the next one. One request at a time, so that each has the whole budget.
 */
export class BoundedThread<Q, A> {
  readonly #program: string;
  readonly #budgetMs: number;
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** `program` is the name of a file beside this one, which posts "ready" and then answers each message with one. */
  constructor(program: string, budgetMs: number) {
    this.#program = program;
    this.#budgetMs = budgetMs;
  }

  /** "ended" when the thread died, or was closed, before it answered. */
  ask(question: Q): Promise<A | "too slow" | "ended"> {
    const answer = this.#last.then(() => this.#answer(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #answer(question: Q): Promise<A | "too slow" | "ended"> {
    if (this.#isClosed) return "ended";
    const worker = await this.#running();
    worker.ref();
    const answer = await answerOf<Q, A>(worker, question, this.#budgetMs);
    if (answer === "too slow" || answer === "ended") await this.#end();
    else worker.unref();
    return answer;
  }

  /** A thread that died while idle is replaced like a terminated one. */
  #running(): Promise<Worker> {
    const known = this.#worker;
    if (known) return known;
    const started = startWorker(this.#program, () => {
      if (this.#worker === started) this.#worker = undefined;
    });
    this.#worker = started;
    return started;
  }

  async #end(): Promise<void> {
    // A thread that failed to start has rejected its request.
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** Resolves when the thread is ready, so that loading is not counted. */
function startWorker(program: string, onExit: () => void): Promise<Worker> {
  const file = `./${program}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    name: program,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  worker.once("exit", onExit);
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve(worker));
    // Not removed: an unhandled error event would end the server.
    worker.on("error", reject);
  });
}

/** The budget is CPU time, so that load on the machine ends no request. */
async function answerOf<Q, A>(
  worker: Worker,
  question: Q,
  budgetMs: number,
): Promise<A | "too slow" | "ended"> {
  const before = await worker.cpuUsage();
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    // Removed one by one: without its internal listeners a worker delivers no messages.
    const finish = (answer: A | "too slow" | "ended") => {
      isOver = true;
      clearTimeout(timer);
      worker.off("message", finish).off("error", end).off("exit", end);
      resolve(answer);
    };
    const end = () => finish("ended");
    const watch = (left: number) => {
      timer = setTimeout(async () => {
        const used = await worker.cpuUsage(before).catch(() => undefined);
        if (isOver) return;
        const spent = used ? (used.user + used.system) / 1000 : budgetMs;
        if (spent >= budgetMs) finish("too slow");
        else watch(budgetMs - spent);
      }, left);
    };
    worker.on("message", finish).on("error", end).on("exit", end);
    worker.postMessage(question);
    watch(budgetMs);
  });
}
