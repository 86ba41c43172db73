import type { Schedule } from "../../../schema/schedules.ts";

// A week of fires as it is drawn. Computed by the worker, and bounded: what is drawn does not grow with the number
// of schedules.

export interface WeekSchedule {
  id: string;
  schedule: Schedule;
  /** How long its runs usually take; null where that is not known. */
  seconds: number | null;
  /** Places in the list of limits. */
  limits: readonly number[];
}

export interface WeekLimit {
  kind: "pool" | "queue" | "deployment";
  name: string;
  slots: number;
  /** New runs are cancelled when it is full; otherwise they wait. */
  cancels: boolean;
}

export interface WeekInput {
  schedules: readonly WeekSchedule[];
  limits: readonly WeekLimit[];
  /** The limit whose demand is drawn: by its place, or the one that is short for longest. */
  drawn: number | "worst" | undefined;
  /** First day, in the zone of the calendar: `2026-11-23`. */
  from: string;
  zone: string;
}

/** A fire, or all fires of a schedule on a day where these are many, as minutes of the day. */
export interface Bar {
  /** Place of the schedule in the input. */
  schedule: number;
  /** The instant of the (first) fire. */
  at: number;
  from: number;
  to: number;
  /** Fires that it stands for. */
  count: number;
  lane: number;
  /** Whether there is room for a name. */
  hasLabel: boolean;
  /** It began on the day before. */
  isContinued: boolean;
  /** What the clock change of its zone does to it. */
  note?: string;
}

/** Fires for which there is no lane left, by half hours. */
export interface Cluster {
  from: number;
  count: number;
  /** The first of them. */
  fires: readonly { schedule: number; at: number }[];
}

export interface WeekDay {
  date: string;
  /** Its instant of midnight. */
  start: number;
  count: number;
  lanes: number;
  bars: readonly Bar[];
  clusters: readonly Cluster[];
  /** Local minutes that do not exist, or come twice, on this day. */
  change?: { kind: "skipped" | "twice"; from: number; to: number };
  /** Most slots that are wanted at once in each ten minutes; empty where no limit is drawn. */
  demand: readonly number[];
}

/** Times at which more runs want slots than a limit has. */
export interface Shortage {
  limit: number;
  /** Days on which it happens, counted from the first of the week. */
  days: readonly number[];
  /** The instant on the first of these days. */
  at: number;
  /** Local time, `02:00`. */
  clock: string;
  needs: number;
  /** The longest wait, in seconds. */
  late: number;
  /** Runs that would be cancelled. */
  cancelled: number;
}

export interface Week {
  days: readonly WeekDay[];
  shortages: readonly Shortage[];
  /** What clock changes do to fires of this week. */
  notes: readonly string[];
  count: number;
  /** Place of the limit that is drawn. */
  drawn: number | undefined;
  /** Schedules whose fires were left out, as there were too many. */
  left: number;
}
