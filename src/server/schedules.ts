import { type FiresOptions, scheduleProblem, storedSchedule } from "../rules/schedules.ts";
import { Problem } from "../schema/problems.ts";
import type { Schedule } from "../schema/schedules.ts";
import { InvalidRequest } from "./serve.ts";

/** When a schedule fires, however long that may take. */
export type Fires = (schedule: Schedule, options: FiresOptions) => number[] | Promise<number[]>;

/** What is asked of schedules before they are kept. */
export interface ScheduleDesk {
  fires: Fires;
  now: () => number;
}

type Place = readonly (string | number)[];

/** The same list with its schedules as they are kept. Refuses one that never could be carried out. */
export async function keepable<T extends { schedule?: Schedule | null | undefined }>(
  desk: ScheduleDesk,
  given: readonly T[],
  place: Place,
): Promise<T[]> {
  return Promise.all(
    given.map(async (each, index) => {
      if (!each.schedule) return each;
      return { ...each, schedule: await keepableOne(desk, each.schedule, [...place, index, "schedule"]) };
    }),
  );
}

export async function keepableOne(desk: ScheduleDesk, given: Schedule, place: Place): Promise<Schedule> {
  const wrong = scheduleProblem(given);
  if (wrong) throw refusal(given, [...place, wrong.field], wrong.message);
  const now = desk.now();
  const schedule = storedSchedule(given, now);
  try {
    await desk.fires(schedule, { after: now, limit: 1 });
  } catch (error) {
    if (error instanceof Problem && error.code === "invalid") throw refusal(given, place, error.message);
    throw error;
  }
  return schedule;
}

const refusal = (input: Schedule, place: Place, msg: string) =>
  new InvalidRequest([{ type: "value_error", loc: ["body", ...place], msg, input }], input);
