import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import type { StateType } from "../../schema/states.ts";
import { query } from "../api.ts";
import { type Action, BlastRadius, Samples } from "../parts/actions/blast-radius.tsx";
import type { BulkFrame } from "../parts/actions/bulk-bar.tsx";
import { type PoolTarget, type PoolVerb, poolActions } from "./pool-actions.ts";

interface Props extends Omit<BulkFrame, "frozen" | "onDone"> {
  verb: PoolVerb;
  targets: readonly PoolTarget[];
  onDone: (ids: readonly string[]) => void;
}

/** What an action on pools will touch: their queues, workers, deployments and runs. */
export function PoolBlastRadius({ verb, ...rest }: Props) {
  const action = poolActions[verb];
  return (
    <BlastRadius
      {...rest}
      action={action}
      breakdown={(taking) => <Breakdown action={action} targets={taking} />}
    />
  );
}

function Breakdown({ action, targets }: { action: Action<PoolTarget>; targets: readonly PoolTarget[] }) {
  const work_pools = { name: { any_: targets.map(({ name }) => name) } };
  const runs = (types: StateType[]) =>
    query(flowRuns.count, { work_pools, flow_runs: { state: { type: { any_: types } } } });
  const deployed = useQuery(query(deployments.count, { work_pools }));
  const scheduled = useQuery(runs(["SCHEDULED"]));
  const active = useQuery(runs(["PENDING", "RUNNING", "CANCELLING"]));
  const isDeleting = action === poolActions.delete;
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <Fact name="Work pools">
        <Samples targets={targets} />
      </Fact>
      {isDeleting && <Sum name="Queues deleted" of={targets.map(({ queues }) => queues)} />}
      {isDeleting && <Sum name="Workers online" of={targets.map(({ workers }) => workers)} />}
      <Fact name="Deployments">
        <Count source={deployed} />
      </Fact>
      <Fact name="Scheduled runs">
        <Count source={scheduled} />
      </Fact>
      <Fact name="Running runs">
        <Count source={active} />
      </Fact>
    </dl>
  );
}

function Sum({ name, of }: { name: string; of: readonly (number | undefined)[] }) {
  const known = of.filter((count) => count !== undefined);
  if (known.length < of.length) return null;
  return <Fact name={name}>{known.reduce((sum, count) => sum + count, 0).toLocaleString("en")}</Fact>;
}

function Count({ source: { data, isError } }: { source: { data: number | undefined; isError: boolean } }) {
  if (isError) return <span className="text-muted">could not be counted</span>;
  return data === undefined ? <span className="text-muted">Counting</span> : data.toLocaleString("en");
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
