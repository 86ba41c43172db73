import { type FiresOptions, scheduleProblem } from "../rules/schedules.ts";
import { Problem } from "../schema/problems.ts";
import type { Schedule } from "../schema/schedules.ts";
import { InvalidRequest } from "./invalid-request.ts";
import { TimeSlice } from "./time-slice.ts";

/** Computes the fires of a schedule. */
export type Fires = (schedule: Schedule, options: FiresOptions) => number[] | Promise<number[]>;

/** Validation of schedules before they are stored. */
export interface ScheduleDeps {
  fires: Fires;
  now: () => number;
}

type Place = readonly (string | number)[];

/** Refuses an invalid schedule. Valid ones are stored unchanged, byte for byte. */
export async function refuseImpossible(
  deps: ScheduleDeps,
  schedules: readonly { schedule?: Schedule | null | undefined }[],
  place: Place,
): Promise<void> {
  const yielder = new TimeSlice();
  for (const [index, { schedule }] of schedules.entries()) {
    if (schedule) await refuseImpossibleOne(deps, schedule, [...place, index, "schedule"]);
    await yielder.next();
  }
}

export async function refuseImpossibleOne(
  deps: ScheduleDeps,
  schedules: Schedule,
  place: Place,
): Promise<void> {
  const wrong = scheduleProblem(schedules);
  if (wrong) throw refusal(schedules, [...place, wrong.field], wrong.message);
  try {
    await deps.fires(schedules, { after: deps.now(), limit: 1 });
  } catch (error) {
    if (error instanceof Problem && error.code === "invalid") throw refusal(schedules, place, error.message);
    throw error;
  }
}

const refusal = (input: Schedule, place: Place, msg: string) =>
  new InvalidRequest([{ type: "value_error", loc: ["body", ...place], msg, input }], input);
