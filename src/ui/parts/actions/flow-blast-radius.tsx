import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { deployments } from "../../../schema/deployments.ts";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { query, useApi } from "../../api.ts";
import { BlastRadius, Samples } from "./blast-radius.tsx";
import { deleteFlows, type FlowTarget } from "./flow-actions.ts";

interface Props {
  targets: readonly FlowTarget[];
  onClose: () => void;
  onDone: (ids: readonly string[]) => void;
}

/** Says what is deleted with flows before they are. */
export function FlowBlastRadius(props: Props) {
  const { client } = useApi();
  return (
    <BlastRadius
      {...props}
      action={deleteFlows(client.baseUrl)}
      breakdown={(taking) => <Breakdown targets={taking} />}
    />
  );
}

/** Deployments that are named. */
const most = 200;

function Breakdown({ targets }: Pick<Props, "targets">) {
  const of = { flows: { id: { any_: targets.map(({ id }) => id) } } };
  const deployed = useQuery(query(deployments.filter, { ...of, limit: most }));
  const runs = useQuery(query(flowRuns.count, of));
  const running = useQuery(
    query(flowRuns.count, {
      ...of,
      flow_runs: { state: { type: { any_: ["PENDING", "RUNNING", "CANCELLING", "PAUSED"] } } },
    }),
  );
  const rows = deployed.data ?? [];
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <Fact name={targets.length === 1 ? "Flow" : "Flows"}>
        <Samples targets={targets} />
      </Fact>
      <Fact name="Deployments">
        {deployed.data ? rows.length === 0 ? "None" : <Samples targets={rows} /> : <Counting of={deployed} />}
      </Fact>
      <Fact name="Schedules">
        {deployed.data ? (
          rows.reduce((sum, { schedules }) => sum + schedules.length, 0)
        ) : (
          <Counting of={deployed} />
        )}
      </Fact>
      <Fact name="Runs">{runs.data?.toLocaleString("en") ?? <Counting of={runs} />}</Fact>
      {running.data !== undefined && running.data > 0 && (
        <Fact name="Of these active">
          <span className="text-late">{running.data.toLocaleString("en")}</span>
        </Fact>
      )}
    </dl>
  );
}

const Counting = ({ of }: { of: { isError: boolean } }) => (
  <span className="text-muted">{of.isError ? "could not be counted" : "counting"}</span>
);

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0">{children}</dd>
  </>
);
