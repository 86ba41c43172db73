import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { Deployment } from "../../schema/deployments.ts";
import { useNarrow } from "../kit/media.ts";
import { useNow } from "../kit/now.ts";
import { Failed } from "../kit/panel.tsx";
import { Pill } from "../kit/pill.tsx";
import { selectColumn } from "../kit/select-column.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Table } from "../kit/table.tsx";
import { useRows } from "../kit/use-rows.ts";
import { useSteady, wordsFor } from "../kit/use-steady.ts";
import { nextFireOf } from "../parts/fires.ts";
import { ListFoot } from "../parts/list-foot.tsx";
import { NoMatch } from "../parts/no-match.tsx";
import { deploymentPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/recent-runs.ts";
import { useRowHeight } from "../parts/row-height.ts";
import type { Pages } from "../parts/use-pages.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { narrowColumns, wideColumns } from "./columns.tsx";
import { FirstDeployment } from "./first-deployment.tsx";
import { type Key, language, withTerm } from "./query-language.ts";
import type { View } from "./view.ts";

interface Props {
  loaded: Pages<Deployment>;
  /** How many there are without the query. */
  total: number | undefined;
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
}

export function DeploymentTable(props: Props) {
  const { loaded, total, view, onQuery } = props;
  if (loaded.isPending) return <SkeletonRows rows={20} label="Loading deployments" />;
  if (loaded.error && loaded.rows.length === 0)
    return <Failed what="Deployments" error={loaded.error} onRetry={loaded.refetch} />;
  if (loaded.rows.length > 0) return <FilledTable {...props} />;
  if (!view.q) return <FirstDeployment />;
  return <NoMatch q={view.q} what="deployment" total={total} language={language} onQuery={onQuery} />;
}

function FilledTable({ loaded, total, view, flowName, onQuery }: Props) {
  const navigate = useNavigate();
  const narrow = useNarrow();
  const sorted = useSorted(loaded.rows, view);
  const [mayMove, setMayMove] = useState(true);
  const steady = useSteady(sorted, mayMove);
  const list = useRows({
    rows: steady.rows,
    place: `deployments ${view.sort} ${view.q}`,
    row: "deployment",
    group: "Deployments",
    canSelect: true,
    onOpen: (row) => void navigate(deploymentPath(row.id)),
  });
  const { selection } = list;
  if (list.mayMove !== mayMove) setMayMove(list.mayMove);
  const recent = useRecentRuns(
    "deployment",
    loaded.rows.map((row) => row.id),
  );
  const context = {
    flowName,
    recent,
    narrow: (key: Key, value: string) => onQuery(withTerm(view.q, key, value)),
    select: selectColumn({ rows: steady.rows, selection, what: "deployments" }),
  };
  return (
    <section aria-label="Deployments" className="relative flex min-h-0 flex-1 flex-col" {...list.frame}>
      <Pill text={wordsFor(steady)} onPress={steady.admit} />
      <Table
        label="Deployments"
        {...list.table}
        columns={narrow ? narrowColumns(context) : wideColumns(context)}
        rowHeight={useRowHeight(narrow)}
        {...(loaded.hasMore ? { onEnd: loaded.loadMore } : {})}
        showHead={!narrow}
      />
      <ListFoot
        what="deployments"
        shown={steady.rows.length}
        total={total}
        hasMore={loaded.hasMore}
        isFiltered={view.q !== ""}
        error={loaded.error}
        onRetry={loaded.refetch}
      />
      {selection.selected.length > 0 && (
        <BulkBar
          selection={selection}
          loaded={steady.rows.length}
          flowName={flowName}
          onDeleted={steady.admit}
        />
      )}
    </section>
  );
}

/** Only the dashboard knows when each fires next, so by that it sorts itself; those that never do come last. */
function useSorted(rows: readonly Deployment[], { sort }: View): readonly Deployment[] {
  const now = useNow(60);
  return useMemo(() => {
    if (sort !== "next") return rows;
    const times = new Map(rows.map((row) => [row.id, nextFireOf(row, now) ?? Number.POSITIVE_INFINITY]));
    const at = (row: Deployment) => times.get(row.id) ?? 0;
    return rows.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
  }, [rows, sort, now]);
}
