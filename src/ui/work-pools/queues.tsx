import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, MoreHorizontal, Pause, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { WorkPool } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { query, useCommand, useIsPraetor } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { cx } from "../kit/cx.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { Panel } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Time } from "../parts/time/time.tsx";
import { Load, WorkStatusBadge } from "../parts/work-status.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";
import { useSwitch } from "./use-switch.ts";

interface Props {
  pool: WorkPool;
  /** The one that a link led to. */
  target: string | undefined;
  onAction: (action: PoolAction) => void;
}

/** The queues of a pool; what stands above is served first. */
export function Queues({ pool, target, onAction }: Props) {
  const meta = useIsPraetor() ? { live: "patch" } : {};
  const source = useQuery({ ...query(workQueues.filterInPool, { pool: pool.name }), meta });
  return (
    <Panel
      label={`Queues of ${pool.name}`}
      title={<span className="font-normal text-muted">Highest priority first</span>}
      what="Queues"
      className="flex-1 overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={3} label="Loading queues" />}
      actions={
        <Button onClick={() => onAction({ kind: "create-queue", pool })}>
          <Plus size={13} />
          New queue
        </Button>
      }
    >
      {(rows) => {
        const queues = rows.toSorted((a, b) => a.priority - b.priority);
        return (
          <ol className="border-t">
            {queues.map((queue, place) => (
              <QueueRow
                key={queue.id}
                queue={queue}
                pool={pool}
                isTarget={queue.name === target}
                above={queues[place - 1]}
                below={queues[place + 1]}
                onAction={onAction}
              />
            ))}
          </ol>
        );
      }}
    </Panel>
  );
}

interface RowProps {
  queue: WorkQueue;
  pool: WorkPool;
  isTarget: boolean;
  above: WorkQueue | undefined;
  below: WorkQueue | undefined;
  onAction: Props["onAction"];
}

function QueueRow({ queue, pool, isTarget, above, below, onAction }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isTarget) row.current?.scrollIntoView({ block: "nearest" });
  }, [isTarget]);
  return (
    <li
      ref={row}
      aria-label={`Queue ${queue.name}`}
      className={cx(
        "flex min-h-[var(--row)] flex-wrap items-center gap-x-3 border-b px-3 py-0.5 max-sm:py-1.5",
        isTarget && "bg-accent-soft",
      )}
    >
      <span className="flex items-center">
        <MoveButtons queue={queue} pool={pool} above={above} below={below} />
        <span className="w-6 text-right text-xs text-muted">
          <span className="sr-only">Priority </span>
          {queue.priority}
        </span>
      </span>
      <span className="flex min-w-24 flex-1 items-baseline gap-2">
        <span className="truncate font-strong">{queue.name}</span>
        {queue.description && <span className="truncate text-muted max-md:hidden">{queue.description}</span>}
      </span>
      <span className="w-20 max-sm:w-auto">
        {queue.is_paused ? (
          <WorkStatusBadge status="PAUSED" />
        ) : (
          queue.status === "READY" && <WorkStatusBadge status="READY" />
        )}
      </span>
      <span className="w-24 max-sm:w-auto">
        <Load pool={queue} />
      </span>
      <span className={cx("w-28 max-sm:w-auto", isUnpolled(queue, pool) ? "text-late" : "text-muted")}>
        {queue.last_polled ? (
          <>
            polled <Time time={queue.last_polled} />
          </>
        ) : (
          "never polled"
        )}
      </span>
      <QueueActions queue={queue} pool={pool} onAction={onAction} />
    </li>
  );
}

/** The pool has a worker, but it does not ask for this queue. */
const isUnpolled = (queue: WorkQueue, pool: WorkPool): boolean =>
  !queue.is_paused && queue.status !== "READY" && pool.status === "READY";

/** A queue goes up by taking the place of the one above, and down by giving its own to the one below. */
function MoveButtons({ queue, pool, above, below }: Omit<RowProps, "onAction" | "isTarget">) {
  const update = useCommand(workQueues.update);
  const move = (moved: WorkQueue, priority: number) =>
    update.mutate(
      { pool: pool.name, current: moved.name, priority },
      { onError: (error) => toast.failed(`Queue ${queue.name} could not be moved`, error) },
    );
  return (
    <>
      <IconButton
        label={`Raise priority of ${queue.name}`}
        className="size-6"
        disabled={!above || update.isPending}
        onClick={() => above && move(queue, above.priority)}
      >
        <ArrowUp size={13} />
      </IconButton>
      <IconButton
        label={`Lower priority of ${queue.name}`}
        className="size-6"
        disabled={!below || update.isPending}
        onClick={() => below && move(below, queue.priority)}
      >
        <ArrowDown size={13} />
      </IconButton>
    </>
  );
}

function QueueActions({ queue, pool, onAction }: Pick<RowProps, "queue" | "pool" | "onAction">) {
  const pause = useSwitch(workQueues.update, queue.is_paused, (is_paused) => ({
    pool: pool.name,
    current: queue.name,
    is_paused,
  }));
  const verb = queue.is_paused ? "Resume" : "Pause";
  return (
    <span className="ml-auto flex items-center">
      <IconButton
        label={`${verb} queue ${queue.name}`}
        disabled={pause.isBusy}
        onClick={() => pause.flip(`Queue ${queue.name}`)}
      >
        {queue.is_paused ? <Play size={13} /> : <Pause size={13} />}
      </IconButton>
      <Menu
        trigger={
          <Button variant="ghost" aria-label={`More actions on queue ${queue.name}`} className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "Edit",
              icon: <Pencil size={13} />,
              onSelect: () => onAction({ kind: "edit-queue", pool, queue }),
            },
          ],
          [
            {
              label: "Delete",
              icon: <Trash2 size={13} />,
              danger: true,
              disabled: queue.id === pool.default_queue_id ? "default queue" : undefined,
              onSelect: () => onAction({ kind: "delete-queue", pool, queue }),
            },
          ],
        ]}
      />
    </span>
  );
}
