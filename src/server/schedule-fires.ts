import { Worker } from "node:worker_threads";
import { type FiresOptions, fires, SlowSchedule } from "../rules/schedules.ts";
import { problem } from "../schema/problems.ts";
import type { RRuleSchedule, Schedule } from "../schema/schedules.ts";

export interface FiresQuestion {
  schedule: Schedule;
  options: FiresOptions;
}

export type FiresAnswer = { found: number[] } | { message: string };

/** A rule that takes more than some milliseconds goes to the thread. */
const effortInPlace = 10_000;
const budgetMs = 250;
/** So that a machine that was busy does not condemn a rule for good. */
const verdictMs = 10 * 60_000;
const mostRemembered = 1000;
/** More than is asked for, as the next pass asks for what follows. */
const ahead = 100;

/** What the thread found, from `after` on. All there is, when `isAll`. */
interface Found {
  after: number;
  fires: number[];
  isAll: boolean;
}

/**
 * When schedules fire, for the server: no schedule can hold it up. Cron, intervals and nearly all rules are computed in
 * place. A rule that has to be searched for long is computed in a thread, which is ended when it takes too long.
 */
export class ScheduleFires {
  readonly #thread = new FiresThread();
  /** By the text of the rule and its zone. */
  readonly #found = new Map<string, Found>();
  readonly #slow = new Map<string, number>();

  /** As `fires` of the rules. Rejects with a `Problem` for a schedule that is wrong or too slow. */
  async fires(schedule: Schedule, options: FiresOptions): Promise<number[]> {
    if (!("rrule" in schedule)) return fires(schedule, options);
    const key = `${schedule.timezone}\n${schedule.rrule}`;
    const known = this.#recall(key, options);
    if (known) return known;
    try {
      return fires(schedule, { ...options, effort: effortInPlace });
    } catch (error) {
      if (!(error instanceof SlowSchedule)) throw error;
      return this.#askThread(key, schedule, options);
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #recall(
    key: string,
    { after, limit, until = Number.POSITIVE_INFINITY }: FiresOptions,
  ): number[] | undefined {
    const found = this.#found.get(key);
    if (!found || found.after > after) return undefined;
    const left = found.fires.filter((fire) => fire >= after && fire <= until);
    const isEnough = left.length >= limit || found.isAll || (found.fires.at(-1) ?? 0) > until;
    return isEnough ? left.slice(0, limit) : undefined;
  }

  async #askThread(key: string, schedule: RRuleSchedule, options: FiresOptions): Promise<number[]> {
    const { after, limit } = options;
    if ((this.#slow.get(key) ?? 0) > Date.now()) throw new SlowSchedule(schedule.rrule);
    try {
      const all = await this.#thread.ask({ schedule, options: { after, limit: limit + ahead } });
      remember(this.#found, key, { after, fires: all, isAll: all.length < limit + ahead });
      return this.#recall(key, options) ?? [];
    } catch (error) {
      if (error instanceof SlowSchedule) remember(this.#slow, key, Date.now() + verdictMs);
      throw error;
    }
  }
}

function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key);
  if (memory.size >= mostRemembered) memory.delete(memory.keys().next().value ?? "");
  memory.set(key, value);
}

/** One question at a time, so that each has the whole budget. The thread is started by the first one. */
class FiresThread {
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  ask(question: FiresQuestion): Promise<number[]> {
    const answer = this.#last.then(() => this.#answer(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #answer(question: FiresQuestion): Promise<number[]> {
    if (this.#isClosed) throw stopped();
    const worker = await this.#running();
    worker.ref();
    const answer = await answerOf(worker, question);
    if (answer === "too slow" || answer === "ended") await this.#end();
    else worker.unref();
    if (answer === "ended") throw stopped();
    if (answer === "too slow") throw new SlowSchedule(ruleOf(question));
    if ("message" in answer) throw problem("invalid", answer.message);
    return answer.found;
  }

  /** A thread that died while it had nothing to do is replaced like one that was ended. */
  #running(): Promise<Worker> {
    const known = this.#worker;
    if (known) return known;
    const started = startWorker(() => {
      if (this.#worker === started) this.#worker = undefined;
    });
    this.#worker = started;
    return started;
  }

  async #end(): Promise<void> {
    // One that could not be started has told its question so.
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.terminate();
  }
}

const stopped = () => problem("unavailable", "The thread that computes schedules was stopped.");
const ruleOf = ({ schedule }: FiresQuestion) => ("rrule" in schedule ? schedule.rrule : "");

/** Resolves when it can be asked, so that loading it is not counted. */
function startWorker(onExit: () => void): Promise<Worker> {
  const file = import.meta.url.endsWith(".ts") ? "./schedule-fires-thread.ts" : "./schedule-fires-thread.js";
  const worker = new Worker(new URL(file, import.meta.url), { name: "schedules", execArgv: [] });
  worker.once("exit", onExit);
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve(worker));
    // Stays: an error that nobody listens to would end the server.
    worker.on("error", reject);
  });
}

/** The budget is CPU time: a machine that is busy with other things condemns no rule. */
async function answerOf(
  worker: Worker,
  question: FiresQuestion,
): Promise<FiresAnswer | "too slow" | "ended"> {
  const before = await worker.cpuUsage();
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    // One by one: a worker without its own listeners delivers nothing any more.
    const finish = (answer: FiresAnswer | "too slow" | "ended") => {
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
