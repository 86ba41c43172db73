import { MoreHorizontal, Pause, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { WorkPool } from "../../schema/work-pools.ts";
import { workPools } from "../../schema/work-pools.ts";
import { Button } from "../kit/controls/button.tsx";
import { cx } from "../kit/cx.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { WorkStatusBadge } from "../parts/work-status.tsx";
import { Load } from "./load.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";
import { Queues } from "./queues.tsx";
import type { PoolWithParts } from "./use-pools.ts";
import { useSwitch } from "./use-switch.ts";
import { Workers } from "./workers.tsx";

interface Props extends PoolWithParts {
  /** A link led to it. */
  isTarget: boolean;
  targetQueue: string | undefined;
  onAction: (action: PoolAction) => void;
}

/** One work pool: how it stands, its queues in the order they are served, and its workers. */
export function Pool({ pool, queues, workers, isTarget, targetQueue, onAction }: Props) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isTarget) frame.current?.scrollIntoView({ block: "start" });
  }, [isTarget]);
  return (
    <article ref={frame} aria-label={`Work pool ${pool.name}`} className="border-b">
      <header
        className={cx(
          "flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5",
          isTarget && "shadow-[inset_3px_0_0_var(--accent)]",
        )}
      >
        <h2 className="min-w-0 truncate text-md font-strong">{pool.name}</h2>
        <WorkStatusBadge
          status={pool.status ?? "NOT_READY"}
          {...(pool.status === "NOT_READY" && { label: "No worker" })}
        />
        <span className="text-muted">{pool.type}</span>
        <Load pool={pool} />
        {pool.description && <span className="min-w-0 flex-1 truncate text-muted">{pool.description}</span>}
        <PoolActions pool={pool} onAction={onAction} />
      </header>
      <div className="grid gap-x-4 gap-y-3 px-3 pb-3 lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)]">
        <Queues pool={pool} queues={queues} target={targetQueue} onAction={onAction} />
        <Workers pool={pool} workers={workers} onAction={onAction} />
      </div>
    </article>
  );
}

function PoolActions({ pool, onAction }: { pool: WorkPool; onAction: Props["onAction"] }) {
  const pause = useSwitch(workPools.update, pool.is_paused, (is_paused) => ({ name: pool.name, is_paused }));
  return (
    <span className="ml-auto flex items-center gap-1">
      <Button
        aria-label={`${pool.is_paused ? "Resume" : "Pause"} ${pool.name}`}
        disabled={pause.isBusy}
        onClick={() => pause.flip(`Work pool ${pool.name}`)}
      >
        {pool.is_paused ? <Play size={12} /> : <Pause size={12} />}
        {pool.is_paused ? "Resume" : "Pause"}
      </Button>
      <Button aria-label={`Edit ${pool.name}`} onClick={() => onAction({ kind: "edit-pool", pool })}>
        <Pencil size={12} />
        Edit
      </Button>
      <Menu
        trigger={
          <Button aria-label={`More actions on ${pool.name}`} className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "New queue",
              icon: <Plus size={13} />,
              onSelect: () => onAction({ kind: "create-queue", pool }),
            },
          ],
          [
            {
              label: "Delete",
              icon: <Trash2 size={13} />,
              danger: true,
              onSelect: () => onAction({ kind: "delete-pool", pool }),
            },
          ],
        ]}
      />
    </span>
  );
}
