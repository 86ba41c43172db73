import type { ArtifactCollection } from "../../schema/artifacts.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { artifactPath } from "../parts/paths.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Time } from "../parts/time/time.tsx";
import { oneLine } from "./one-line.ts";

/** As the menu of columns names them. */
export const columnNames = [
  { key: "key", label: "Key" },
  { key: "type", label: "Type" },
  { key: "content", label: "Content" },
  { key: "run", label: "Flow run" },
  { key: "updated", label: "Updated" },
] as const;

interface Context {
  runOf: (id: string) => FlowRun | undefined;
  byKey: HeadOrder;
  byUpdated: HeadOrder;
}

export const wideColumns = ({ runOf, byKey, byUpdated }: Context): readonly Column<ArtifactCollection>[] => [
  {
    ...{ key: "key", head: "Key", order: byKey, width: "minmax(160px, 1fr)", className: "pl-3" },
    cell: (row) => <KeyLink row={row} />,
  },
  {
    key: "type",
    head: "Type",
    width: "100px",
    cell: ({ type }) => <span className="text-muted">{type ?? "–"}</span>,
  },
  {
    key: "content",
    head: "Content",
    width: "minmax(160px, 1.8fr)",
    cell: (row) => <span className="block truncate text-muted">{oneLine(row)}</span>,
  },
  {
    key: "run",
    head: "Flow run",
    width: "minmax(130px, 0.9fr)",
    cell: ({ flow_run_id }) => <RunName id={flow_run_id} runOf={runOf} />,
  },
  {
    ...{ key: "updated", head: "Updated", order: byUpdated, width: "104px" },
    cell: ({ updated }) => (
      <span className="text-muted">
        <Time time={updated} />
      </span>
    ),
  },
];

/** One column of two lines, for a phone. */
export const narrowColumns: readonly Column<ArtifactCollection>[] = [
  {
    key: "artifact",
    head: "Artifact",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block pl-1">
        <span className="flex items-center gap-2">
          <KeyLink row={row} />
          <span className="ml-auto shrink-0 text-xs text-muted">
            <Time time={row.updated} />
          </span>
        </span>
        <span className="block truncate text-xs text-muted">
          {[row.type, oneLine(row)].filter(Boolean).join(" · ")}
        </span>
      </span>
    ),
  },
];

const KeyLink = ({ row }: { row: ArtifactCollection }) => (
  <Link to={artifactPath(row)} tabIndex={-1} className="block min-w-0 truncate font-strong hover:underline">
    {row.key}
  </Link>
);

interface RunNameProps {
  id: string | null;
  runOf: (id: string) => FlowRun | undefined;
}

/** The run that wrote an artifact, with its state. */
export function RunName({ id, runOf }: RunNameProps) {
  const run = id === null ? undefined : runOf(id);
  if (id === null) return <span className="text-faint">–</span>;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {run && <StateIcon type={run.state_type} name={run.state_name} title />}
      <RunLink kind="flow-run" id={id} tabIndex={-1}>
        {run?.name ?? id.slice(0, 8)}
      </RunLink>
    </span>
  );
}
