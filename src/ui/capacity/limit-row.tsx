import { Pencil } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { SlotLease } from "../../schema/waiting.ts";
import { Button } from "../kit/controls/button.tsx";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { Link } from "../kit/router.tsx";
import { Tag } from "../parts/tag.tsx";
import { Since } from "../parts/time/clock.tsx";
import { type Board, decayWords, deploymentIdOf, isFull, usedAt } from "./boards.ts";
import type { LimitAction } from "./limit-dialogs.tsx";
import { LimitMenu } from "./limit-menu.tsx";
import { NextSlotTime, OccupancyStrip } from "./occupancy-strip.tsx";
import { HolderLink, SlotRow } from "./slots.tsx";
import type { KnownOccupancy } from "./use-occupancy.ts";

interface Props {
  board: Board;
  readAt: number;
  occupancy: KnownOccupancy;
  /** A link led to it. */
  isTarget: boolean;
  onAction: (action: LimitAction) => void;
}

/** One limit: what it is, its slots with who holds them, and who waits. */
export function LimitRow({ board: read, readAt, occupancy, isTarget, onAction }: Props) {
  const board = useDecayed(read, readAt);
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isTarget) frame.current?.scrollIntoView({ block: "center" });
  }, [isTarget]);
  const release = (lease: SlotLease) => onAction({ kind: "release", board, lease });
  return (
    <article
      ref={frame}
      aria-label={`Limit ${board.label}`}
      className={cx(
        "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 border-b px-3 py-1.5 sm:grid-cols-[minmax(150px,220px)_minmax(0,1fr)_auto]",
        isTarget && "shadow-[inset_3px_0_0_var(--accent)]",
      )}
    >
      <Summary board={board}>
        <NextSlotTime next={isFull(board) ? occupancy.nextOf(board.id) : undefined} />
      </Summary>
      <div className="flex min-w-0 flex-col gap-2 max-sm:order-last max-sm:col-span-2">
        <SlotRow board={board} onRelease={release} />
        <Waiters board={board} />
        <OccupancyStrip
          label={`Limit ${board.label}`}
          id={board.id}
          limit={board.limit}
          present={{ used: board.used, waiting: board.holders?.waiters.length ?? 0 }}
          occupancy={occupancy}
        />
      </div>
      <div className="flex items-start gap-1 max-sm:col-start-2 max-sm:row-start-1 max-sm:justify-end">
        <Button aria-label={`Edit ${board.label}`} onClick={() => onAction({ kind: "edit", board })}>
          <Pencil size={12} />
          Edit
        </Button>
        <LimitMenu board={board} onAction={onAction} />
      </div>
    </article>
  );
}

/** What decays goes on between two readings. */
function useDecayed(board: Board, readAt: number): Board {
  const now = useNow(board.slot_decay_per_second > 0 && board.used > 0 ? 1 : 3600);
  return board.slot_decay_per_second > 0 ? { ...board, used: usedAt(board, readAt, now) } : board;
}

function Summary({ board, children }: { board: Board; children: ReactNode }) {
  const over = board.used - board.limit;
  return (
    <div className={cx("min-w-0", board.used === 0 && "flex flex-wrap items-baseline gap-x-3")}>
      <h3 className="flex min-w-0 items-center gap-1.5 font-strong">
        <Name board={board} />
      </h3>
      <p className={isFull(board) ? "text-late" : "text-muted"}>
        {board.used.toLocaleString("en")} of {board.limit.toLocaleString("en")} in use
        {over > 0 && `, ${over} over`}
      </p>
      {children}
      {!board.active && <p className="text-xs text-late">Inactive: not enforced</p>}
      {board.slot_decay_per_second > 0 && (
        <p className="text-xs text-muted">{decayWords(board.slot_decay_per_second)}</p>
      )}
    </div>
  );
}

function Name({ board }: { board: Board }) {
  const deploymentId = deploymentIdOf(board.name);
  if (deploymentId)
    return (
      <Link to={`/deployments/${deploymentId}`} className="truncate hover:underline">
        {board.label}
      </Link>
    );
  return board.kind === "tag" ? <Tag name={board.label} /> : <span className="truncate">{board.label}</span>;
}

const firstWaiters = 6;

function Waiters({ board }: { board: Board }) {
  const waiters = board.holders?.waiters ?? [];
  if (waiters.length === 0) return null;
  const hidden = waiters.length - firstWaiters;
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <span className="text-late">{waiters.length.toLocaleString("en")} waiting</span>
      <ol aria-label={`Waiting for ${board.label}`} className="flex min-w-0 flex-wrap gap-x-3 gap-y-0.5">
        {waiters.slice(0, firstWaiters).map(({ run, since }, place) => (
          <li key={run.id} className="flex min-w-0 items-baseline gap-1">
            <span className="text-xs text-faint">{place + 1}</span>
            <HolderLink run={run} />
            <span className="text-xs text-muted">
              <Since time={since} />
            </span>
          </li>
        ))}
      </ol>
      {hidden > 0 && <span className="text-muted">and {hidden.toLocaleString("en")} more</span>}
    </div>
  );
}
