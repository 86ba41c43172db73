import { Problem } from "../schema/problems.ts";

export type ScheduleField = "cron" | "interval" | "anchor_date" | "rrule" | "timezone";

/** An invalid schedule: the reason and the place. */
export class ScheduleFlaw extends Problem {
  readonly field: ScheduleField;
  /** Which field of a cron text, which part or line of an RRULE. */
  readonly at: string | undefined;

  constructor(field: ScheduleField, at: string | undefined, message: string) {
    super("invalid", at ? `${at}: ${message}` : message);
    this.field = field;
    this.at = at;
  }
}

/** Searching the next fire exceeds the allowed work. */
export class SlowSchedule extends Problem {
  constructor(text: string) {
    super(
      "invalid",
      `The schedule is too slow to compute: ${text}. Start it later (DTSTART) or give it fewer conditions.`,
    );
    this.name = "SlowSchedule";
  }
}

/** Counts the steps of a search, so that the search for a schedule that never fires ends. */
export class Effort {
  #left: number;
  readonly #text: string;

  constructor(most: number, text: string) {
    this.#left = most;
    this.#text = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  }

  step(): void {
    if (--this.#left < 0) throw new SlowSchedule(this.#text);
  }
}
