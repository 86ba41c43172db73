import type { ReactNode } from "react";
import { Skeleton } from "../../kit/skeleton.tsx";
import type { GroupRows } from "./merged-groups.ts";

/** The last line of an open group: what is not shown of it yet, and why. */
export function GroupRest<T>({ rows, what }: { rows: GroupRows<T>; what: string }) {
  if (rows.error !== null && !rows.isPending)
    return (
      <Line>
        <button type="button" tabIndex={-1} className="text-danger underline" onClick={rows.refetch}>
          Could not load {what} · Retry
        </button>
      </Line>
    );
  if (rows.isPending)
    return (
      <span
        role="status"
        aria-label={`Loading ${what}`}
        className="flex h-full items-center gap-3 pr-3 pl-10"
      >
        <Skeleton className="h-3 w-48" />
        <Skeleton className="ml-auto h-3 w-24" />
      </span>
    );
  if (!rows.hasMore) return <Line>No {what} in this group any more</Line>;
  const shown = rows.rows.length.toLocaleString("en");
  return (
    <Line>
      <span className="text-muted">
        {rows.searched === undefined
          ? `${shown} shown`
          : `${shown} shown, ${rows.searched.toLocaleString("en")} searched`}
      </span>
      <button type="button" tabIndex={-1} className="text-fg underline" onClick={rows.loadMore}>
        Show more {what}
      </button>
    </Line>
  );
}

const Line = ({ children }: { children: ReactNode }) => (
  <span className="flex h-full items-center gap-2 pr-3 pl-10 text-xs text-muted">{children}</span>
);
