import { Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { type Board, grouped, isFull } from "./boards.ts";
import { Find } from "./find.tsx";
import type { LimitAction } from "./limit-dialogs.tsx";
import { LimitRow } from "./limit-row.tsx";
import { OccupancyNotice } from "./occupancy-strip.tsx";
import { useBoards } from "./use-boards.ts";
import { useOccupancy } from "./use-occupancy.ts";
import type { View } from "./view.ts";

const LimitDialog = lazyNamed(async () => (await import("./limit-dialogs.tsx")).LimitDialog);

interface Props {
  view: View;
  onView: (patch: Partial<View>) => void;
}

/** All limits as boards of slots. */
export function Limits({ view, onView }: Props) {
  const boards = useBoards();
  const occupancy = useOccupancy("limits");
  const [action, setAction] = useState<LimitAction | undefined>();
  const create = () => setAction({ kind: "create", taken: (boards.data ?? []).map(({ name }) => name) });
  const shown = boards.data?.filter((board) => isShown(board, view));
  return (
    <>
      <Tools boards={boards.data} shown={shown?.length} {...{ view, onView }} onCreate={create} />
      <OccupancyNotice occupancy={occupancy} />
      <Panel
        what="Limits"
        source={boards}
        skeleton={<BoardSkeleton />}
        isEmpty={(all) => all.length === 0}
        empty={<NoLimits />}
      >
        {() =>
          shown?.length === 0 ? (
            <NoMatch count={boards.data?.length ?? 0} onClear={() => onView({ find: "", show: "all" })} />
          ) : (
            grouped(shown ?? []).map((group) => (
              <section key={group.kind} aria-labelledby={`limits-${group.kind}`}>
                <h2 id={`limits-${group.kind}`} className="border-b bg-sunken px-3 py-1 text-xs text-muted">
                  {headings[group.kind]}
                </h2>
                {group.boards.map((board) => (
                  <LimitRow
                    key={board.id}
                    board={board}
                    readAt={boards.readAt}
                    occupancy={occupancy}
                    isTarget={board.name === view.limit}
                    onAction={setAction}
                  />
                ))}
              </section>
            ))
          )
        }
      </Panel>
      <Suspense fallback={null}>
        {action && <LimitDialog action={action} onClose={() => setAction(undefined)} />}
      </Suspense>
    </>
  );
}

const headings = { named: "By name", deployment: "By deployment", tag: "By task run tag" } as const;

const isShown = (board: Board, { find, show, limit }: View): boolean =>
  board.name === limit ||
  ((show === "all" || (show === "used" ? board.used > 0 : isFull(board))) &&
    board.label.toLowerCase().includes(find.toLowerCase()));

interface ToolsProps extends Props {
  boards: readonly Board[] | undefined;
  shown: number | undefined;
  onCreate: () => void;
}

function Tools({ boards, shown, view, onView, onCreate }: ToolsProps) {
  const count = boards?.length ?? 0;
  const full = boards?.filter(isFull).length ?? 0;
  const waiting = boards?.reduce((sum, { holders }) => sum + (holders?.waiters.length ?? 0), 0) ?? 0;
  const parts = [
    shown !== undefined && shown < count
      ? `${shown} of ${count} limits`
      : `${count} ${count === 1 ? "limit" : "limits"}`,
    full > 0 && `${full} full`,
    waiting > 0 && `${waiting} waiting`,
  ];
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5">
      <Find label="Find a limit" value={view.find} onChange={(find) => onView({ find })} />
      <span className="max-sm:order-2">
        <Segmented
          label="Limits shown"
          value={view.show}
          onChange={(show) => onView({ show })}
          options={[
            { value: "all", label: "All" },
            { value: "used", label: "In use" },
            { value: "full", label: "Full" },
          ]}
        />
      </span>
      {/* Its line is there before the limits are. */}
      <p role="status" className="text-muted max-sm:order-last">
        {boards ? parts.filter(Boolean).join(", ") : "\u00a0"}
      </p>
      <Button variant="primary" className="ml-auto max-sm:order-1" onClick={onCreate}>
        <Plus size={13} />
        New limit
      </Button>
    </div>
  );
}

const example = `import { concurrency, flow } from "praetor-flow";

const load = flow({ name: "load" }, async () => {
  await using slot = await concurrency("database");
  // At most as many as the limit "database" has slots are here at once.
});`;

function NoLimits() {
  return (
    <Empty title="No limits yet" code={example}>
      A limit caps how many run at once: code that acquires it by name, task runs with a tag, or runs of a
      deployment. This page shows who holds each slot, since when, and who waits.
    </Empty>
  );
}

function NoMatch({ count, onClear }: { count: number; onClear: () => void }) {
  return (
    <Empty
      title="No limit matches"
      action={
        <Button variant="primary" onClick={onClear}>
          Show all limits
        </Button>
      }
    >
      The filter hides {count === 1 ? "the only limit" : `all ${count} limits`}.
    </Empty>
  );
}

function BoardSkeleton() {
  return (
    <div role="status" aria-label="Loading the limits">
      {[3, 5, 2, 4].map((slots) => (
        <div
          key={slots}
          className="grid gap-x-4 gap-y-2 border-b px-3 py-2 sm:grid-cols-[minmax(150px,220px)_minmax(0,1fr)]"
        >
          <div className="flex flex-col gap-2 py-1">
            <Skeleton className="h-3.5 w-32" />
            <Skeleton className="h-3 w-20" />
          </div>
          <div className="flex flex-wrap gap-1.5">
            {[...Array(slots).keys()].map((slot) => (
              <Skeleton key={slot} className="h-11 w-[196px] opacity-60 max-sm:w-full" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
