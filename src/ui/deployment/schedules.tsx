import { Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { inWords } from "../../rules/schedules.ts";
import { type Deployment, type DeploymentSchedule, deployments } from "../../schema/deployments.ts";
import { useCommand } from "../api.ts";
import { IconButton } from "../kit/button.tsx";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { Empty } from "../kit/panel.tsx";
import { Switch } from "../kit/switch.tsx";
import { say } from "../kit/toast.tsx";
import { nextFire } from "../parts/fires.ts";
import { FireTime } from "../parts/next-fire.tsx";
import { Chip } from "../parts/tag.tsx";
import { Zone } from "../parts/time.tsx";

const DeleteSchedule = lazy(async () => ({
  default: (await import("./delete-schedule.tsx")).DeleteSchedule,
}));

/** When it runs by itself. */
export function Schedules({ deployment }: { deployment: Deployment }) {
  const [deleted, setDeleted] = useState<DeploymentSchedule | null>(null);
  const schedules = deployment.schedules.toSorted((a, b) => ((a.created ?? "") < (b.created ?? "") ? -1 : 1));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {schedules.length === 0 ? (
        <Empty title="It has no schedule">
          It runs when somebody asks for it. With a schedule it runs by itself.
        </Empty>
      ) : (
        <ul>
          {schedules.map((schedule) => (
            <Row
              key={schedule.id}
              schedule={schedule}
              isPaused={deployment.paused}
              onDelete={() => setDeleted(schedule)}
            />
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {deleted && (
          <DeleteSchedule deployment={deployment} schedule={deleted} onClose={() => setDeleted(null)} />
        )}
      </Suspense>
    </div>
  );
}

interface RowProps {
  schedule: DeploymentSchedule;
  isPaused: boolean;
  onDelete: () => void;
}

function Row({ schedule, isPaused, onDelete }: RowProps) {
  const update = useCommand(deployments.updateSchedule);
  const words = inWords(schedule.schedule);
  const turn = (active: boolean) =>
    update.mutate(
      { id: schedule.deployment_id ?? "", schedule_id: schedule.id, active },
      { onError: (error) => say.failed(`The schedule was not changed`, error) },
    );
  const isActive = update.isPending ? (update.variables.active ?? false) : schedule.active;
  return (
    <li className="flex items-start gap-3 border-b px-3 py-2">
      <span className="pt-0.5">
        <Switch label={`Active: ${words}`} checked={isActive} onChange={turn} />
      </span>
      <div className="min-w-0 flex-1">
        <p className={cx("break-words", isActive ? "font-strong" : "text-muted")}>{words}</p>
        <p className="flex flex-wrap items-center gap-x-2 text-muted">
          <Raw schedule={schedule} />
          <Next schedule={schedule} isActive={isActive} isPaused={isPaused} />
        </p>
        <Extras schedule={schedule} />
      </div>
      <IconButton label={`Delete: ${words}`} onClick={onDelete}>
        <Trash2 size={13} />
      </IconButton>
    </li>
  );
}

/** As it was written. */
function Raw({ schedule: { schedule } }: { schedule: DeploymentSchedule }) {
  const text =
    "cron" in schedule ? schedule.cron : "rrule" in schedule ? schedule.rrule : `${schedule.interval} s`;
  return (
    <code className="max-w-full truncate" title={text}>
      {text}
    </code>
  );
}

function Next({
  schedule,
  isActive,
  isPaused,
}: {
  schedule: DeploymentSchedule;
  isActive: boolean;
  isPaused: boolean;
}) {
  const now = useNow(10);
  if (!isActive) return <span>Not active</span>;
  if (isPaused) return <span className="text-paused">Held back: the deployment is paused</span>;
  const at = nextFire(schedule.schedule, now);
  if (at === undefined) return <span>Does not fire again</span>;
  return (
    <span>
      Next <FireTime at={at} now={now} /> <Zone />
    </span>
  );
}

/** What it has besides its time. */
function Extras({
  schedule: { parameters, slug, max_scheduled_runs: most },
}: {
  schedule: DeploymentSchedule;
}) {
  const entries = Object.entries(parameters);
  if (entries.length === 0 && !slug && !most) return null;
  return (
    <p className="mt-1 flex flex-wrap gap-1">
      {slug && <Chip name="slug" value={slug} />}
      {most && <Chip name="ahead at most" value={most} />}
      {entries.map(([name, value]) => (
        <Chip key={name} name={name} value={value} />
      ))}
    </p>
  );
}
