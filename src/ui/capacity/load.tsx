import type { WorkPool } from "../../schema/work-pools.ts";
import { cx } from "../kit/cx.ts";

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
