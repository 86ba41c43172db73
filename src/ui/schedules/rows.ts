import type { ListedSchedule } from "../../schema/deployment-schedules.ts";

/** A schedule as the list shows it. */
export interface ScheduleRow extends ListedSchedule {
  /** The rule in words. */
  name: string;
  /** Its next fires; none while it is paused, or its deployment is. */
  next: readonly number[];
}

/** Whether a schedule creates runs now. */
export const isFiring = ({ active, deployment_paused }: ListedSchedule): boolean =>
  active && !deployment_paused;
