import type { Deployment } from "../../schema/deployments.ts";
import type { Flow } from "../../schema/flows.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { RunsStrip, SuccessRate } from "../parts/charts/runs-strip.tsx";
import { StatusIcon, statusOf, statusWords } from "../parts/deployment-status.tsx";
import { deploymentPath, flowPath } from "../parts/paths.ts";
import type { Recent } from "../parts/runs/recent-runs.ts";
import { TagList } from "../parts/tag.tsx";
import { FireTime, useSoonestFire } from "../parts/time/next-fire.tsx";
import { Time, Zone } from "../parts/time/time.tsx";

export interface ColumnContext {
  recent: Recent;
  /** Undefined until they are known. */
  deploymentsOf: (id: string) => readonly Deployment[] | undefined;
  onTag: (tag: string) => void;
  byName: HeadOrder;
  /** Undefined where the server cannot sort by it. */
  byLast: HeadOrder | undefined;
  byNext: HeadOrder | undefined;
  select: Column<Flow>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "name", label: "Flow" },
  { key: "runs", label: "Last runs" },
  { key: "rate", label: "Completed" },
  { key: "last", label: "Last run" },
  { key: "next", label: "Next run" },
  { key: "deployments", label: "Deployments" },
  { key: "tags", label: "Tags" },
] as const;

export function wideColumns({
  recent,
  deploymentsOf,
  onTag,
  byName,
  byLast,
  byNext,
  select,
}: ColumnContext): readonly Column<Flow>[] {
  const ofRuns: Column<Flow>[] = [
    {
      key: "runs",
      head: "Last runs",
      width: "182px",
      cell: (row) => <RunsStrip recent={recent.of(row.id)} isPending={recent.isPending} />,
    },
    {
      key: "rate",
      head: "Completed",
      width: "84px",
      cell: (row) => <SuccessRate recent={recent.of(row.id)} />,
    },
    {
      key: "last",
      head: "Last run",
      ...(byLast && { order: byLast }),
      width: "104px",
      cell: (row) => (
        <span className="text-muted">
          <Time time={recent.of(row.id)?.runs[0]?.start_time} />
        </span>
      ),
    },
  ];
  return [
    select,
    {
      key: "name",
      head: "Flow",
      order: byName,
      width: "minmax(160px, 1fr)",
      cell: (row) => (
        <Link to={flowPath(row.id)} tabIndex={-1} className="block truncate font-strong hover:underline">
          {row.name}
        </Link>
      ),
    },
    ...ofRuns,
    {
      key: "next",
      head: (
        <>
          Next run, <Zone />
        </>
      ),
      ...(byNext && { order: byNext }),
      width: "152px",
      cell: (row) => <Next deployments={deploymentsOf(row.id)} />,
    },
    {
      key: "deployments",
      head: "Deployments",
      width: "minmax(160px, 1.2fr)",
      cell: (row) => <Deployments deployments={deploymentsOf(row.id)} />,
    },
    {
      key: "tags",
      head: "Tags",
      width: "minmax(80px, 0.6fr)",
      cell: (row) => <TagList tags={row.tags} onSelect={(tag) => onTag(tag)} />,
    },
  ];
}

/** One column of two lines, for a phone. */
export function narrowColumns({ recent, deploymentsOf, select }: ColumnContext): readonly Column<Flow>[] {
  return [
    select,
    {
      key: "flow",
      head: "Flow",
      width: "minmax(0, 1fr)",
      cell: (row) => (
        <span className="block pl-1">
          <span className="flex items-center gap-2">
            <Link
              to={flowPath(row.id)}
              tabIndex={-1}
              className="min-w-0 flex-1 truncate font-strong hover:underline"
            >
              {row.name}
            </Link>
            <RunsStrip recent={recent.of(row.id)} isPending={recent.isPending} />
          </span>
          <span className="flex items-center gap-3 text-xs text-muted">
            <SuccessRate recent={recent.of(row.id)} />
            <span className="truncate">{deploymentWords(deploymentsOf(row.id))}</span>
            <span className="ml-auto shrink-0">
              <Next deployments={deploymentsOf(row.id)} />
            </span>
          </span>
        </span>
      ),
    },
  ];
}

const deploymentWords = (deployments: readonly Deployment[] = []): string =>
  `${deployments.length} ${deployments.length === 1 ? "deployment" : "deployments"}`;

/** The soonest fire of its deployments. */
function Next({ deployments = [] }: { deployments: readonly Deployment[] | undefined }) {
  const { at } = useSoonestFire(deployments);
  return at === undefined ? <span className="text-faint">–</span> : <FireTime at={at} />;
}

const shown = 3;

function Deployments({ deployments }: { deployments: readonly Deployment[] | undefined }) {
  if (!deployments) return null;
  if (deployments.length === 0) return <span className="text-faint">Not deployed</span>;
  return (
    <span className="flex min-w-0 items-center gap-3 overflow-hidden">
      {deployments.slice(0, shown).map((deployment) => (
        <Link
          key={deployment.id}
          to={deploymentPath(deployment.id)}
          tabIndex={-1}
          title={`${deployment.name}: ${statusWords(deployment).toLowerCase()}`}
          className="inline-flex min-w-0 items-center gap-1 text-muted hover:text-fg hover:underline"
        >
          <StatusIcon status={statusOf(deployment)} size={12} />
          <span className="truncate">{deployment.name}</span>
        </Link>
      ))}
      {deployments.length > shown && (
        <span className="shrink-0 text-faint">{deployments.length - shown} more</span>
      )}
    </span>
  );
}
