import { type FiresOptions, fires, SlowSchedule } from "../rules/schedules.ts";
import { problem } from "../schema/problems.ts";
import type { RRuleSchedule, Schedule } from "../schema/schedules.ts";
import { BoundedThread } from "./bounded-thread.ts";

export interface FiresQuestion {
  schedule: Schedule;
  options: FiresOptions;
}

export type FiresAnswer = { found: number[] } | { message: string };

/** A rule that takes more than some milliseconds goes to the thread. */
const effortInPlace = 10_000;
const budgetMs = 250;
/** Verdicts expire, as the machine may have been busy. */
const verdictMs = 10 * 60_000;
const maxRemembered = 1000;
/** More than requested, as the next pass needs the fires that follow. */
const ahead = 100;

/** Fires found by the thread, from `after` on; complete when `isAll`. */
interface Found {
  after: number;
  fires: number[];
  isAll: boolean;
}

/**
 * Fires of schedules, without blocking the server. Cron, intervals and nearly all rules are computed in
 * place. A slow rule is computed in a thread, which is terminated when it exceeds its budget.
 */
export class ScheduleFires {
  readonly #thread = new BoundedThread<FiresQuestion, FiresAnswer>("schedule-fires-thread", budgetMs);
  /** By the text of the rule and its zone. */
  readonly #found = new Map<string, Found>();
  readonly #slow = new Map<string, number>();

  /** As `fires` of the rules. Rejects with a `Problem` for an invalid or too slow schedule. */
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

  async #answer(question: FiresQuestion & { schedule: RRuleSchedule }): Promise<number[]> {
    const answer = await this.#thread.ask(question);
    if (answer === "ended") throw stopped();
    if (answer === "too slow") throw new SlowSchedule(question.schedule.rrule);
    if ("message" in answer) throw problem("invalid", answer.message);
    return answer.found;
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
      const all = await this.#answer({ schedule, options: { after, limit: limit + ahead } });
      remember(this.#found, key, { after, fires: all, isAll: all.length < limit + ahead });
      return this.#recall(key, options) ?? [];
    } catch (error) {
      if (error instanceof SlowSchedule) remember(this.#slow, key, Date.now() + verdictMs);
      throw error;
    }
  }
}

const stopped = () => problem("unavailable", "The thread that computes schedules was stopped.");

function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key);
  if (memory.size >= maxRemembered) memory.delete(memory.keys().next().value ?? "");
  memory.set(key, value);
}
