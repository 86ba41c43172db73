import type { Schedule } from "../../schema/schedules.ts";
import { firesFrom } from "../parts/time/fires.ts";

/** Fires that are computed for each schedule. */
const perSchedule = 3;

export interface NextFiresInput {
  schedules: readonly { id: string; schedule: Schedule }[];
  now: number;
}

/** The next fires by the id of the schedule; none for a schedule that never fires or cannot be computed. */
export type NextFires = ReadonlyMap<string, readonly number[]>;

export const computeNextFires = ({ schedules, now }: NextFiresInput): NextFires =>
  new Map(schedules.map(({ id, schedule }) => [id, firesFrom(schedule, now, perSchedule)]));
