import type { ScheduleCreate } from "../../schema/deployments.ts";
import type { Json } from "../../schema/scalars.ts";
import type { Schedule } from "../../schema/schedules.ts";

export interface SavedSchedule {
  schedule: Schedule;
  active: boolean;
  max_scheduled_runs: number | null;
  parameters: Json;
  slug: string | null;
}

export interface ScheduleEditorProps {
  /** The schedule that is edited; left out for a new one. */
  saved?: SavedSchedule;
  /** `parameter_openapi_schema` of the deployment. */
  parameterSchema: Json | null;
  /** Its parameters, over which those of the schedule are put. */
  parameters: Json;
  /** Of the other schedules of the deployment. */
  takenSlugs: readonly string[];
  /** Nothing fires until it is resumed. */
  isDeploymentPaused?: boolean;
  /** Resolves when it is saved; what it rejects with is shown. */
  onSave: (schedule: ScheduleCreate) => Promise<unknown>;
  onClose: () => void;
}

export const titleOf = ({ saved }: Pick<ScheduleEditorProps, "saved">) =>
  saved ? "Edit schedule" : "Add a schedule";
export const dialogSize = "!top-[6vh] !max-h-[88vh] !w-[min(1040px,calc(100vw-24px))]";
