import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { DeploymentScheduleEditor } from "../schedule-editor/deployment-schedule-editor.tsx";
import type { ScheduleVerb } from "./actions.ts";
import type { ScheduleRow } from "./rows.ts";

const ScheduleDialog = lazyNamed(async () => (await import("./schedule-dialog.tsx")).ScheduleDialog);
const ChooseDeployment = lazyNamed(async () => (await import("./choose-deployment.tsx")).ChooseDeployment);

/** What is open over the page. */
export type Opened =
  | { kind: "choose" }
  /** Without a schedule: a new one. */
  | { kind: "edit"; deployment: string; schedule?: string }
  | { kind: "verb"; verb: ScheduleVerb; targets: readonly ScheduleRow[] };

interface Props {
  opened: Opened | null;
  setOpened: (opened: Opened | null) => void;
  /** Takes deleted schedules out of the list. */
  onDeleted: (ids: readonly string[]) => void;
}

const doneWords = { pause: "Paused", until: "Paused", resume: "Resumed", delete: "Deleted" } as const;

/** The dialogs of the page. */
export function ScheduleDialogs({ opened, setOpened, onDeleted }: Props) {
  const close = () => setOpened(null);
  if (!opened) return null;
  return (
    <Suspense fallback={null}>
      {opened.kind === "choose" && (
        <ChooseDeployment
          onClose={close}
          onChoose={(deployment) => setOpened({ kind: "edit", deployment })}
        />
      )}
      {opened.kind === "edit" && <EditSchedule {...opened} onClose={close} />}
      {opened.kind === "verb" && (
        <ScheduleDialog
          verb={opened.verb}
          targets={opened.targets}
          onClose={close}
          onDone={(ids) => {
            if (ids.length === 0) return;
            close();
            if (opened.verb === "delete") onDeleted(ids);
            toast.done(`${doneWords[opened.verb]} the schedule`);
          }}
        />
      )}
    </Suspense>
  );
}

interface EditProps {
  deployment: string;
  schedule?: string;
  onClose: () => void;
}

/** The editor needs the parameters of the deployment, which the list does not read. */
function EditSchedule({ deployment: id, schedule, onClose }: EditProps) {
  const { data: deployment, error } = useQuery(query(deployments.read, { id }));
  useEffect(() => {
    if (!error) return;
    toast.failed("Could not read the deployment", error);
    onClose();
  }, [error, onClose]);
  const saved = deployment?.schedules.find((one) => one.id === schedule);
  if (!deployment) return null;
  return <DeploymentScheduleEditor deployment={deployment} schedule={saved} onClose={onClose} />;
}
