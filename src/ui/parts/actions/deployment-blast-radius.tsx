import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { query } from "../../api.ts";
import { BlastRadius, Samples } from "./blast-radius.tsx";
import { type DeploymentAction, type DeploymentTarget, deploymentActions } from "./deployment-actions.ts";

interface Props {
  action: DeploymentAction;
  targets: readonly DeploymentTarget[];
  onClose: () => void;
  onDone: (ids: readonly string[]) => void;
}

/** What an action on deployments will touch: which ones, their schedules, and the runs that go with them. */
export function DeploymentBlastRadius({ action, targets, ...rest }: Props) {
  return (
    <BlastRadius
      {...rest}
      action={action}
      targets={targets}
      breakdown={(taking) => <DeploymentBreakdown action={action} targets={taking} />}
    />
  );
}

export function DeploymentBreakdown({ action, targets }: Pick<Props, "action" | "targets">) {
  const flows = [...new Set(targets.map((target) => target.flow))].map((name) => ({ id: name, name }));
  const active = targets.reduce((sum, target) => sum + target.active, 0);
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <Fact name="Deployments">
        <Samples targets={targets} />
      </Fact>
      <Fact name={flows.length === 1 ? "Flow" : "Flows"}>
        <Samples targets={flows} />
      </Fact>
      <Fact name="Active schedules">{active}</Fact>
      {(action === deploymentActions.pause || action === deploymentActions.delete) && (
        <Fact
          name={
            action === deploymentActions.pause
              ? "Taken back"
              : `Deleted with ${targets.length === 1 ? "it" : "them"}`
          }
        >
          <ScheduledRuns ids={targets.map((target) => target.id)} own={action === deploymentActions.delete} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** How many runs go: made ahead by schedules, and on deletion also those that were asked for by hand. */
function ScheduledRuns({ ids, own }: { ids: readonly string[]; own: boolean }) {
  const { data, isError } = useQuery(
    query(flowRuns.count, {
      flow_runs: {
        deployment_id: { any_: [...ids] },
        state: { type: { any_: ["SCHEDULED"] } },
        ...(own ? {} : { tags: { all_: ["auto-scheduled"] } }),
      },
    }),
  );
  if (isError) return <span className="text-muted">Could not count the scheduled runs.</span>;
  if (data === undefined) return <span className="text-muted">Counting scheduled runs</span>;
  return `${data.toLocaleString("en")} scheduled ${data === 1 ? "run" : "runs"}`;
}
