import { useQuery } from "@tanstack/react-query";
import { deployments } from "../../../schema/deployments.ts";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import { Json } from "../../../schema/scalars.ts";
import { workPools } from "../../../schema/work-pools.ts";
import { query } from "../../api.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { Copy } from "../../parts/actions/copy.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { type JobVariable, mergedJobVariables } from "./merged-job-variables.ts";

/** What the process of the run is started with, and who says so: the run, its deployment, or the work pool. */
export function JobVariables({ run }: { run: FlowRun }) {
  const deployment = useQuery({
    ...query(deployments.read, { id: run.deployment_id ?? "" }),
    enabled: run.deployment_id !== null,
  });
  const pool = useQuery({
    ...query(workPools.read, { name: run.work_pool_name ?? "" }),
    enabled: run.work_pool_name !== null,
  });
  // A deployment or a pool that was deleted has nothing to add.
  const isPending = (run.deployment_id && deployment.isPending) || (run.work_pool_name && pool.isPending);
  if (isPending) return <SkeletonRows rows={4} label="Loading the job variables" />;
  if (deployment.isError && pool.isError)
    return (
      <Failed what="The job variables" error={deployment.error} onRetry={() => void deployment.refetch()} />
    );
  const merged = mergedJobVariables({
    run: run.job_variables ?? {},
    deployment: deployment.data?.job_variables ?? {},
    template: pool.data?.base_job_template ?? {},
  });
  if (merged.length === 0)
    return (
      <Empty
        title="No job variables"
        code={
          'await forecast.deploy({ name: "nightly", workPool: "local", jobVariables: { env: { REGION: "eu" } } });'
        }
      >
        What a run, its deployment or its work pool sets for the process of the run appears here.
      </Empty>
    );
  return <Merged merged={merged} />;
}

const sources = {
  run: "This run",
  deployment: "Deployment",
  pool: "Work pool default",
} as const satisfies Record<JobVariable["source"], string>;

function Merged({ merged }: { merged: readonly JobVariable[] }) {
  const values = Object.fromEntries(merged.map(({ name, value }) => [name, value]));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <table className="w-full table-fixed">
        <caption className="sr-only">Job variables as the process gets them</caption>
        <thead className="text-left text-xs text-muted">
          <tr className="h-8 border-b *:font-normal">
            <th scope="col" className="w-1/4 pl-3">
              Name
            </th>
            <th scope="col">Value</th>
            <th scope="col" className="w-44 pr-2">
              <span className="flex items-center justify-between">
                Set by
                <Copy text={JSON.stringify(values, null, 2)} label="Copy the job variables" />
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {merged.map(({ name, value, source, overrides }) => (
            <tr key={name} className="border-b align-top">
              <td className="py-1.5 pr-2 pl-3 font-mono text-xs leading-5 break-words">{name}</td>
              <td className="py-1.5 pr-2">
                <JsonView value={Json.safeParse(value).data ?? value} open={1} />
              </td>
              <td className="py-1.5 pr-2 text-muted">
                {sources[source]}
                {overrides.length > 0 && (
                  <span className="block text-xs">
                    overrides {overrides.map((one) => sources[one].toLowerCase()).join(", ")}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
