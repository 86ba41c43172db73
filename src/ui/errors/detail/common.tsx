import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  type CommonValue,
  type CommonValues,
  type FailureGroup,
  failures,
} from "../../../schema/failures.ts";
import { query } from "../../api.ts";
import { cx } from "../../kit/cx.ts";
import { Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { deploymentPath, flowPath } from "../../parts/paths.ts";
import { runsPath } from "../../parts/runs-path.ts";
import { conditionOf, kindWords } from "./common-words.ts";

const skeleton = (
  <div
    className="flex flex-col gap-2 px-3 py-2"
    role="status"
    aria-label="Loading what the runs have in common"
  >
    {[0, 1, 2].map((row) => (
      <Skeleton key={row} className="h-4 w-full" />
    ))}
  </div>
);

/** Where it happens, and the values that failed runs share and completed runs do not. */
export function Common({ group }: { group: FailureGroup }) {
  const source = useQuery(query(failures.common, { id: group.id }));
  return (
    <Panel
      title="In common"
      what="What the runs have in common"
      className="max-h-[52%] shrink-0 border-b"
      source={source}
      skeleton={skeleton}
    >
      {(common) => (
        <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-2">
          <Touched group={group} />
          <Values common={common} />
        </div>
      )}
    </Panel>
  );
}

function Touched({ group: { flows, tasks, deployments, versions } }: { group: FailureGroup }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      <Names label="Flows" list={flows} pathOf={flowPath} />
      <Names label="Tasks" list={tasks} />
      <Names label="Deployments" list={deployments} pathOf={deploymentPath} />
      <Names label="Versions" list={versions} />
    </dl>
  );
}

interface NamesProps {
  label: string;
  list: FailureGroup["flows"];
  pathOf?: (id: string) => string;
}

function Names({ label, list, pathOf }: NamesProps) {
  if (list.length === 0) return null;
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="flex min-w-0 flex-wrap gap-x-3">
        {list.map(({ id, name, count }) => (
          <span key={id} className="inline-flex max-w-full min-w-0 items-baseline gap-1">
            {pathOf ? (
              <Link to={pathOf(id)} className="min-w-0 truncate hover:underline">
                {name}
              </Link>
            ) : (
              <code className="min-w-0 truncate text-xs" title={name}>
                {name}
              </code>
            )}
            <span className="text-xs text-muted">×{count.toLocaleString("en")}</span>
          </span>
        ))}
      </dd>
    </>
  );
}

function Values({ common }: { common: CommonValues }) {
  const { values, failed, completed, flow } = common;
  if (values.length === 0)
    return <p className="mt-2 text-muted">The failed runs share no parameter, tag or version.</p>;
  return (
    <table className="mt-2 w-full table-fixed" aria-label="Values that failed runs share">
      <thead className="text-left text-xs text-muted">
        <tr>
          <th scope="col" className="font-normal">
            Value
          </th>
          <th scope="col" className="w-[108px] font-normal">
            of {failed} failed
          </th>
          <th
            scope="col"
            className="w-[128px] font-normal"
            title={flow ? `The newest completed runs of ${flow.name}` : undefined}
          >
            of {completed} completed
          </th>
        </tr>
      </thead>
      <tbody>
        {values.map((value) => (
          <tr key={`${value.kind} ${value.name} ${value.value}`} className="border-t">
            <td className="truncate py-0.5 pr-2">
              <ValueLink value={value} flow={flow?.name} />
            </td>
            <td className="py-0.5">
              <Share count={value.failed} of={failed} className="bg-failed" />
            </td>
            <td className="py-0.5">
              <Share count={value.completed} of={completed} className="bg-completed" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ValueLink({ value, flow }: { value: CommonValue; flow: string | undefined }): ReactNode {
  const q = [flow && `flow:"${flow}"`, "state:failed,crashed", conditionOf(value)].filter(Boolean).join(" ");
  return (
    <Link
      to={runsPath(q)}
      title={`Failed runs with this ${kindWords[value.kind]}`}
      className="hover:underline"
    >
      <span className="text-muted">{value.name || kindWords[value.kind]} </span>
      <code className="text-xs">{value.value}</code>
    </Link>
  );
}

function Share({ count, of, className }: { count: number; of: number; className: string }) {
  const share = of === 0 ? 0 : count / of;
  return (
    <span className="flex items-center gap-1.5 text-xs">
      <span className="h-1.5 w-12 shrink-0 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <span className={cx("block h-full", className)} style={{ width: `${share * 100}%` }} />
      </span>
      <span className="text-muted tabular-nums">{of === 0 ? "–" : `${Math.round(share * 100)} %`}</span>
    </span>
  );
}
