import { useQuery } from "@tanstack/react-query";
import { deployments } from "../../schema/deployments.ts";
import { maxPage } from "../../schema/scalars.ts";
import type { WorkPool } from "../../schema/work-pools.ts";
import { query } from "../api.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useScopes } from "../live.ts";
import { quoted } from "../parts/actions/curl.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { DeploymentRows } from "../run-deployment/deployment-rows.tsx";

/** The deployments whose runs wait in the pool. */
export function Deployments({ pool }: { pool: WorkPool }) {
  useScopes([{ noun: "deployments" }]);
  const source = useQuery(query(deployments.filter, { work_pools: { name: { any_: [pool.name] } } }));
  const { nameOf } = useFlowNames(source.data?.map((row) => row.flow_id));
  return (
    <Panel
      what="Deployments"
      className="flex-1 overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={6} label="Loading deployments" />}
      isEmpty={(rows) => rows.length === 0}
      empty={
        <Empty title="No deployments yet" code={`praetor deploy flows.ts:load --pool ${quoted(pool.name)}`}>
          Runs of a deployment to this pool are started by the workers of the pool.
        </Empty>
      }
    >
      {(rows) => (
        <>
          <DeploymentRows
            rows={rows}
            flowName={nameOf}
            noteOf={(row) =>
              [
                nameOf(row.flow_id),
                row.work_queue_name && row.work_queue_name !== "default" && `queue ${row.work_queue_name}`,
              ]
                .filter(Boolean)
                .join(" · ")
            }
          />
          {rows.length === maxPage && (
            <p className="px-3 py-2 text-muted">
              The first {maxPage}.{" "}
              <Link
                to={`/deployments?${new URLSearchParams({ q: `pool:"${pool.name}"` })}`}
                className="underline"
              >
                View all deployments
              </Link>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}
