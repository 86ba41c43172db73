import { cx } from "./cx.ts";

/** A grey stand-in of the size of what is coming. Never a spinner, never a shift of layout. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx("block animate-breathe rounded-sm bg-active", className)} />;
}

/** Rows of a list that is loading. */
export function SkeletonRows({ rows = 8, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="bg-surface">
      {[...Array(rows).keys()].map((row) => (
        <div key={row} className="flex h-[var(--row)] items-center gap-3 border-b px-3">
          <Skeleton className="size-3.5 rounded-full" />
          <Skeleton className={cx("h-3", widths[row % widths.length])} />
          <Skeleton className="ml-auto h-3 w-24" />
        </div>
      ))}
    </div>
  );
}
const widths = ["w-48", "w-36", "w-56", "w-40", "w-52"];
