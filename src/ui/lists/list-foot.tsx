import { Zone } from "../parts/time/time.tsx";

interface Props {
  /** What is listed: `deployments`. */
  what: string;
  shown: number;
  /** Without any filter. */
  total: number | undefined;
  hasMore: boolean;
  isFiltered: boolean;
  /** Of the last reading; what is in sight is older. */
  error: unknown;
  onRetry: () => void;
}

/** Always says how much is in sight and how much the query hides. */
export function ListFoot({ what, shown, total, hasMore, isFiltered, error, onRetry }: Props) {
  const more = hasMore ? "+" : "";
  const hidden = total === undefined || more ? 0 : total - shown;
  return (
    <footer className="flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t px-3 text-xs whitespace-nowrap text-muted">
      <span>
        {number(shown)}
        {isFiltered
          ? `${more} match${hidden > 0 ? `, the filter hides ${number(hidden)}` : ""}`
          : hasMore && total !== undefined
            ? ` of ${number(Math.max(total, shown))} ${what}`
            : `${more} ${shown === 1 ? what.replace(/s$/, "") : what}`}
      </span>
      {error !== null && (
        <button type="button" className="text-danger underline" onClick={onRetry}>
          Could not be renewed, try again
        </button>
      )}
      <span className="ml-auto">
        Times in <Zone />
      </span>
    </footer>
  );
}

const number = (count: number): string => count.toLocaleString("en");
