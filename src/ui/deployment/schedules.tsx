import { Pencil, Plus, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import {
  type Deployment,
  type DeploymentSchedule,
  deployments,
  inOrderOfCreation,
} from "../../schema/deployments.ts";
import { useCommand } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { Switch } from "../kit/controls/switch.tsx";
import { cx } from "../kit/cx.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { Empty } from "../kit/panel.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { Chip } from "../parts/tag.tsx";
import { nextFire, wordsOf } from "../parts/time/fires.ts";
import { FireTime, useNext } from "../parts/time/next-fire.tsx";
import { Zone } from "../parts/time/time.tsx";
import { DeploymentScheduleEditor } from "../schedule-editor/deployment-schedule-editor.tsx";

const DeleteSchedule = lazyNamed(async () => (await import("./delete-schedule.tsx")).DeleteSchedule);

type Open = { kind: "add" } | { kind: "edit" | "delete"; schedule: DeploymentSchedule };

/** When it runs by itself. */
export function Schedules({ deployment }: { deployment: Deployment }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const add = () => setOpen({ kind: "add" });
  useShortcuts([{ keys: "a", label: "Add a schedule", group: "Deployment", run: add }]);
  const schedules = inOrderOfCreation(deployment.schedules);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {schedules.length === 0 ? (
        <Empty
          title="No schedules"
          action={
            <Button onClick={add}>
              <Plus size={13} />
              Add a schedule
            </Button>
          }
        >
          The deployment runs on demand. Add a schedule to run it automatically.
        </Empty>
      ) : (
        <>
          <ul>
            {schedules.map((schedule) => (
              <Row
                key={schedule.id}
                schedule={schedule}
                isPaused={deployment.paused}
                onEdit={() => setOpen({ kind: "edit", schedule })}
                onDelete={() => setOpen({ kind: "delete", schedule })}
              />
            ))}
          </ul>
          <div className="px-3 py-2.5">
            <Button onClick={add}>
              <Plus size={13} />
              Add a schedule
            </Button>
          </div>
        </>
      )}
      <Suspense fallback={null}>
        {open?.kind === "delete" && (
          <DeleteSchedule deployment={deployment} schedule={open.schedule} onClose={close} />
        )}
      </Suspense>
      {(open?.kind === "add" || open?.kind === "edit") && (
        <DeploymentScheduleEditor
          deployment={deployment}
          schedule={open.kind === "edit" ? open.schedule : undefined}
          onClose={close}
        />
      )}
    </div>
  );
}

interface RowProps {
  schedule: DeploymentSchedule;
  isPaused: boolean;
  onEdit: () => void;
  onDelete: () => void;
}

function Row({ schedule, isPaused, onEdit, onDelete }: RowProps) {
  const update = useCommand(deployments.updateSchedule);
  const words = wordsOf(schedule.schedule);
  const turn = (active: boolean) =>
    update.mutate(
      { id: schedule.deployment_id ?? "", schedule_id: schedule.id, active },
      { onError: (error) => toast.failed(`Could not change the schedule`, error) },
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
      <IconButton label={`Edit: ${words}`} onClick={onEdit}>
        <Pencil size={13} />
      </IconButton>
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
  const { at } = useNext((now) => nextFire(schedule.schedule, now));
  if (!isActive) return <span>Not active</span>;
  if (isPaused) return <span className="text-paused">Suspended: the deployment is paused</span>;
  if (at === undefined) return <span>No upcoming fires</span>;
  return (
    <span>
      Next <FireTime at={at} /> <Zone />
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
