import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ArtifactCollection } from "../../schema/artifacts.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { ArtifactPreview } from "../artifact-view/artifact-content.tsx";
import { Link } from "../kit/router.tsx";
import type { List } from "../lists/list.ts";
import { artifactPath } from "../parts/paths.ts";
import { Time } from "../parts/time/time.tsx";
import { RunName } from "./columns.tsx";

interface Props {
  list: List<ArtifactCollection>;
  runOf: (id: string) => FlowRun | undefined;
  foot: ReactNode;
}

const [cardWidth, cardHeight, gap] = [300, 216, 12];

/** The latest artifact of each key as a card with the beginning of what it holds; only cards in sight are drawn. */
export function Gallery({ list, runOf, foot }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns(scroller);
  const lines = Math.ceil(list.rows.length / columns);
  const virtual = useVirtualizer({
    count: lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight + gap,
    overscan: 2,
  });
  const items = virtual.getVirtualItems();
  const wantsMore = list.hasMore && (items.at(-1)?.index ?? 0) >= lines - 3;
  const { loadMore } = list;
  useEffect(() => {
    if (wantsMore) loadMore();
  }, [wantsMore, loadMore]);
  return (
    <section aria-label="Artifacts" className="flex min-h-0 flex-1 flex-col">
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto p-3">
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <ul
              key={item.key}
              className="absolute inset-x-0 grid"
              style={{
                ...{ top: item.start, gap, height: cardHeight },
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              }}
            >
              {list.rows.slice(item.index * columns, (item.index + 1) * columns).map((row) => (
                <li key={row.id} className="min-h-0">
                  <Card row={row} runOf={runOf} />
                </li>
              ))}
            </ul>
          ))}
        </div>
      </div>
      {foot}
    </section>
  );
}

function useColumns(scroller: { current: HTMLElement | null }): number {
  const [columns, setColumns] = useState(4);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(1, Math.floor(element.clientWidth / cardWidth))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return columns;
}

function Card({ row, runOf }: { row: ArtifactCollection; runOf: Props["runOf"] }) {
  return (
    <article
      aria-label={row.key}
      className="group relative flex h-full flex-col overflow-hidden rounded-md border bg-surface focus-within:border-accent hover:border-line-strong"
    >
      <header className="flex items-baseline gap-2 px-3 pt-2.5">
        <Link
          to={artifactPath(row)}
          className="min-w-0 truncate font-strong after:absolute after:inset-0 hover:underline"
        >
          {row.key}
        </Link>
        <span className="ml-auto shrink-0 text-xs text-muted">{row.type}</span>
      </header>
      {/* The card is one link: what it previews takes no clicks and no focus. */}
      <div
        inert
        className="mx-3 mt-1.5 min-h-0 flex-1 overflow-hidden text-muted [mask-image:linear-gradient(black_75%,transparent)]"
      >
        <ArtifactPreview artifact={row} />
      </div>
      <footer className="flex items-center gap-3 border-t px-3 py-1.5 text-xs text-muted">
        <span className="relative min-w-0">
          <RunName id={row.flow_run_id} runOf={runOf} />
        </span>
        <span className="ml-auto shrink-0">
          <Time time={row.updated} />
        </span>
      </footer>
    </article>
  );
}
