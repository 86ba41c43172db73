import {
  type Deployment,
  type DeploymentSchedule,
  deployments,
  type ScheduleCreate,
} from "../../schema/deployments.ts";
import { useCommand } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { wordsOf } from "../parts/time/fires.ts";
import { ScheduleEditor } from "./schedule-editor.tsx";

interface Props {
  deployment: Deployment;
  /** None for a new one. */
  schedule: DeploymentSchedule | undefined;
  onClose: () => void;
}

/** Adds a schedule to a deployment, or changes one of its schedules. */
export function DeploymentScheduleEditor({ deployment, schedule, onClose }: Props) {
  const { id, schedules } = deployment;
  const create = useCommand(deployments.createSchedules);
  const update = useCommand(deployments.updateSchedule);
  const save = async (next: ScheduleCreate) => {
    if (schedule) await update.mutateAsync({ id, schedule_id: schedule.id, ...next });
    else await create.mutateAsync({ id, schedules: [next] });
    toast.done(`${schedule ? "Changed" : "Added"} the schedule: ${wordsOf(next.schedule)}`);
  };
  return (
    <ScheduleEditor
      {...(schedule ? { saved: schedule } : {})}
      parameterSchema={deployment.parameter_openapi_schema}
      parameters={deployment.parameters}
      takenSlugs={schedules.flatMap((one) => (one.slug && one.id !== schedule?.id ? [one.slug] : []))}
      isDeploymentPaused={deployment.paused}
      onSave={save}
      onClose={onClose}
    />
  );
}
