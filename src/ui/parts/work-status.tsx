import type { WorkPool } from "../../schema/work-pools.ts";
import { cx } from "../kit/cx.ts";
import { StateIcon } from "./runs/state-badge.tsx";

/** Signs that are known from runs: what works, what waits for a worker, what is paused. */
const looks = {
  READY: { label: "Ready", sign: { type: "COMPLETED", name: null }, look: "text-completed" },
  NOT_READY: { label: "Not ready", sign: { type: "SCHEDULED", name: "Late" }, look: "text-late" },
  PAUSED: { label: "Paused", sign: { type: "PAUSED", name: null }, look: "text-paused" },
  ONLINE: { label: "Online", sign: { type: "COMPLETED", name: null }, look: "text-completed" },
  OFFLINE: { label: "Offline", sign: { type: "SCHEDULED", name: "Late" }, look: "text-late" },
} as const;

export type WorkStatusName = keyof typeof looks;

export const workStatusColor = (status: WorkStatusName): string => looks[status].look;

export function WorkStatusIcon({ status, size = 14 }: { status: WorkStatusName; size?: number }) {
  const { type, name } = looks[status].sign;
  return <StateIcon type={type} name={name} size={size} />;
}

/** How a work pool, a queue or a worker stands. */
export function WorkStatusBadge({ status, label }: { status: WorkStatusName; label?: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap">
      <WorkStatusIcon status={status} />
      <span className={looks[status].look}>{label ?? looks[status].label}</span>
    </span>
  );
}

/** How much of a limit is in use; the server counts only where there is one. */
export function Load({ pool }: { pool: Pick<WorkPool, "concurrency_limit" | "active_slots"> }) {
  const { concurrency_limit: limit, active_slots: used } = pool;
  if (limit === null) return <span className="text-muted">no limit</span>;
  const isFull = (used ?? 0) >= limit;
  return (
    <span className={cx("whitespace-nowrap", isFull ? "text-late" : "text-muted")}>
      {used ?? 0} of {limit} {limit === 1 ? "run" : "runs"}
      {isFull && ", full"}
    </span>
  );
}
