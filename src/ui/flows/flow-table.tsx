import { useState } from "react";
import { useNavigate } from "react-router";
import type { Deployment } from "../../schema/deployments.ts";
import type { Flow } from "../../schema/flows.ts";
import { useNarrow } from "../kit/media.ts";
import { Failed } from "../kit/panel.tsx";
import { Pill } from "../kit/pill.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Table } from "../kit/table.tsx";
import { useRows } from "../kit/use-rows.ts";
import { useSteady, wordsFor } from "../kit/use-steady.ts";
import { FirstFlow } from "../parts/first-flow.tsx";
import { ListFoot } from "../parts/list-foot.tsx";
import { NoMatch } from "../parts/no-match.tsx";
import { flowPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/recent-runs.ts";
import { useRowHeight } from "../parts/row-height.ts";
import type { Pages } from "../parts/use-pages.ts";
import { narrowColumns, wideColumns } from "./columns.tsx";
import { language, withTerm } from "./query-language.ts";
import type { View } from "./view.ts";

interface Props {
  loaded: Pages<Flow>;
  /** How many there are without the query. */
  total: number | undefined;
  /** Undefined until they are known. */
  deploymentsOf: (flowId: string) => readonly Deployment[] | undefined;
  view: View;
  onQuery: (q: string) => void;
}

export function FlowTable(props: Props) {
  const { loaded, total, view, onQuery } = props;
  if (loaded.isPending) return <SkeletonRows rows={20} label="Loading flows" />;
  if (loaded.error && loaded.rows.length === 0)
    return <Failed what="Flows" error={loaded.error} onRetry={loaded.refetch} />;
  if (loaded.rows.length > 0) return <FilledTable {...props} />;
  if (!view.q) return <FirstFlow title="There is no flow yet" />;
  return <NoMatch q={view.q} what="flow" total={total} language={language} onQuery={onQuery} />;
}

function FilledTable({ loaded, total, deploymentsOf, view, onQuery }: Props) {
  const navigate = useNavigate();
  const narrow = useNarrow();
  const [mayMove, setMayMove] = useState(true);
  const steady = useSteady(loaded.rows, mayMove);
  const list = useRows({
    rows: steady.rows,
    place: `flows ${view.sort} ${view.q}`,
    row: "flow",
    group: "Flows",
    canSelect: false,
    onOpen: (row) => void navigate(flowPath(row.id)),
  });
  if (list.mayMove !== mayMove) setMayMove(list.mayMove);
  const recent = useRecentRuns(
    "flow",
    loaded.rows.map((row) => row.id),
  );
  const context = {
    recent,
    deploymentsOf,
    onTag: (tag: string) => onQuery(withTerm(view.q, "tag", tag)),
  };
  return (
    <section aria-label="Flows" className="relative flex min-h-0 flex-1 flex-col" {...list.frame}>
      <Pill text={wordsFor(steady)} onPress={steady.admit} />
      <Table
        label="Flows"
        {...list.table}
        columns={narrow ? narrowColumns(context) : wideColumns(context)}
        rowHeight={useRowHeight(narrow)}
        {...(loaded.hasMore ? { onEnd: loaded.loadMore } : {})}
        showHead={!narrow}
      />
      <ListFoot
        what="flows"
        shown={steady.rows.length}
        total={total}
        hasMore={loaded.hasMore}
        isFiltered={view.q !== ""}
        error={loaded.error}
        onRetry={loaded.refetch}
      />
    </section>
  );
}
