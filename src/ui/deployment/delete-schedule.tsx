import { inWords } from "../../rules/schedules.ts";
import { type Deployment, type DeploymentSchedule, deployments } from "../../schema/deployments.ts";
import { useApi } from "../api.ts";
import { useNow } from "../kit/now.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { type Action, BlastRadius } from "../parts/actions/blast-radius.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { firesFrom } from "../parts/time/fires.ts";
import { FireTime } from "../parts/time/next-fire.tsx";
import { Zone } from "../parts/time/time.tsx";

interface Props {
  deployment: Deployment;
  schedule: DeploymentSchedule;
  onClose: () => void;
}

interface Target {
  id: string;
  name: string;
}

/** Asks before a schedule goes, and shows the fires that go with it. */
export function DeleteSchedule({ deployment, schedule, onClose }: Props) {
  const { client } = useApi();
  return (
    <BlastRadius
      action={deletion(deployment, client.baseUrl)}
      targets={[{ id: schedule.id, name: inWords(schedule.schedule) }]}
      breakdown={() => <Fires schedule={schedule} />}
      onClose={onClose}
      onDone={(ids) => {
        if (ids.length === 0) return;
        onClose();
        toast.done("Deleted the schedule");
      }}
    />
  );
}

const deletion = (deployment: Deployment, baseUrl: string): Action<Target> => ({
  of: { one: "schedule", many: "schedules", noun: "deployments" },
  verb: "Delete",
  done: "Deleted",
  danger: true,
  consequence: "Its scheduled runs that have not started are deleted with it.",
  objection: () => undefined,
  perform: async (client, { id }) => {
    await client.call(deployments.deleteSchedule, { id: deployment.id, schedule_id: id });
    return undefined;
  },
  command: ([target]) =>
    curlOf(baseUrl, deployments.deleteSchedule, { id: deployment.id, schedule_id: target?.id ?? "" }),
});

const shown = 3;

function Fires({ schedule }: { schedule: DeploymentSchedule }) {
  const now = useNow(10);
  const fires = schedule.active ? firesFrom(schedule.schedule, now, shown) : [];
  if (fires.length === 0) return <p className="mb-3 text-muted">This schedule has no upcoming fires.</p>;
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-4">
      <dt className="text-muted">Would fire</dt>
      <dd>
        {fires.map((at) => (
          <p key={at}>
            <FireTime at={at} /> <Zone />
          </p>
        ))}
        {fires.length === shown && <p className="text-muted">and so on</p>}
      </dd>
    </dl>
  );
}
