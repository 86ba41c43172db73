import { Zone } from "../parts/time/time.tsx";
import type { RunList } from "./use-run-list.ts";

interface Props {
  loaded: RunList;
  shown: number;
  total: number | undefined;
  filtered: boolean;
  /** There may be runs that schedules made ahead of their time, which are left out. */
  onShowAhead: (() => void) | undefined;
}

/** Always says how much is in sight and how much the query hides. */
export function Status({ loaded, shown, total, filtered, onShowAhead }: Props) {
  const more = loaded.hasMore ? "+" : "";
  const hidden = total === undefined ? undefined : total - shown;
  const sifted = loaded.runs.length - shown;
  return (
    <footer className="flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t px-3 text-xs whitespace-nowrap text-muted">
      <span>
        {filtered ? (
          <>
            {number(shown)}
            {more} match
            {hidden !== undefined && hidden > 0 && !more && `, the filter hides ${number(hidden)}`}
            {total !== undefined && more && ` of ${number(total)}`}
          </>
        ) : (
          <>
            {number(shown)}
            {more && total !== undefined ? ` of ${number(Math.max(total, shown))}` : more} runs
          </>
        )}
      </span>
      {sifted > 0 && <span className="truncate">searched {number(loaded.runs.length)} loaded runs</span>}
      {onShowAhead && (
        <span className="truncate max-sm:hidden">
          without what is scheduled for later,{" "}
          <button type="button" className="underline hover:text-fg" onClick={onShowAhead}>
            show it
          </button>
        </span>
      )}
      {loaded.isLoadingMore && <span>Loading more</span>}
      {loaded.error !== null && (
        <button type="button" className="text-danger underline" onClick={loaded.refetch}>
          More could not be loaded, try again
        </button>
      )}
      <span className="ml-auto">
        Times in <Zone />
      </span>
    </footer>
  );
}

const number = (count: number): string => count.toLocaleString("en");
