import { GitCompareArrows } from "lucide-react";
import type { Artifact } from "../../../schema/artifacts.ts";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import { IconButton } from "../../kit/controls/button.tsx";
import { Link } from "../../kit/router.tsx";
import type { Column } from "../../kit/table/table.tsx";
import type { List } from "../../lists/list.ts";
import { Foot } from "../../lists/list-foot.tsx";
import { ListRows } from "../../lists/list-rows.tsx";
import { useRunsById } from "../../parts/runs/runs-by-id.ts";
import { Time } from "../../parts/time/time.tsx";
import { RunName } from "../columns.tsx";
import { oneLine } from "../one-line.ts";
import type { Chosen } from "./chosen.ts";

interface Props {
  list: List<Artifact>;
  chosen: Chosen;
  count: number;
  place: string;
}

/** All versions of a key, newest first. */
export function VersionList({ list, chosen, count, place }: Props) {
  const runOf = useRunsById(list.rows.map(({ flow_run_id }) => flow_run_id));
  return (
    <ListRows
      what="version"
      title="Versions"
      list={list}
      place={`versions of ${place}`}
      pathOf={chosen.pathOf}
      open={chosen.versionId}
      columns={({ isNarrow }) => columns(chosen, runOf).filter(({ key }) => !isNarrow || key !== "content")}
      foot={
        <Foot>
          <span>
            {list.rows.length < count
              ? `${list.rows.length} of ${count.toLocaleString("en")} versions`
              : `${count} ${count === 1 ? "version" : "versions"}`}
          </span>
        </Foot>
      }
    />
  );
}

const columns = (
  { pathOf, base, versionId, compareWith }: Chosen,
  runOf: (id: string) => FlowRun | undefined,
): readonly Column<Artifact>[] => [
  {
    key: "created",
    head: "Created",
    width: "112px",
    className: "pl-3",
    cell: (row) => (
      <Link to={pathOf(row)} tabIndex={-1} className="hover:underline">
        <Time time={row.created} as="clock" />
      </Link>
    ),
  },
  {
    key: "run",
    head: "Flow run",
    width: "minmax(110px, 1fr)",
    cell: ({ flow_run_id }) => <RunName id={flow_run_id} runOf={runOf} />,
  },
  {
    key: "content",
    head: "Content",
    width: "minmax(80px, 1fr)",
    cell: (row) => (
      <span className="block truncate text-muted">{oneLine({ ...row, description: null })}</span>
    ),
  },
  {
    key: "compare",
    head: "",
    width: "44px",
    cell: (row) =>
      row.id !== versionId && (
        <IconButton
          label="Compare with this version"
          tabIndex={-1}
          pressed={row.id === base?.id}
          onClick={() => compareWith(row.id === base?.id ? undefined : row.id)}
        >
          <GitCompareArrows size={14} />
        </IconButton>
      ),
  },
];
