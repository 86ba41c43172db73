import type { ReactNode } from "react";
import { Zone } from "../parts/time/time.tsx";
import type { Search } from "./list.ts";
import { SearchProgress } from "./search-progress.tsx";

interface Props {
  children: ReactNode;
}

/** The line below a list, with the time zone of its times. */
export function Foot({ children }: Props) {
  return (
    <footer className="flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t px-3 text-xs whitespace-nowrap text-muted">
      {children}
      <span className="ml-auto">
        Times in <Zone />
      </span>
    </footer>
  );
}

interface ListFootProps {
  /** What is listed: `deployments`. */
  what: string;
  shown: number;
  /** How many rows were read; more than shown where some are filtered here. */
  loaded: number;
  /** Without any filter. */
  total: number | undefined;
  /** With it, where that is counted. */
  matching: number | undefined;
  search: Search | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  isFiltered: boolean;
  /** Of the last reading; what is in sight is older. */
  error: unknown;
  onRetry: () => void;
  note: ReactNode;
}

/** Always says how much is in sight and how much the query hides. */
export function ListFoot(props: ListFootProps) {
  const { what, shown, loaded, isFiltered, isLoadingMore, error, onRetry, note } = props;
  return (
    <Foot>
      {props.search ? (
        <SearchProgress search={props.search} what={what} matches={shown} hasMore={props.hasMore} />
      ) : (
        <span>{isFiltered ? matchCount(props) : rowCount(props)}</span>
      )}
      {loaded > shown && (
        <span className="truncate">
          searched {number(loaded)} loaded {what}
        </span>
      )}
      {note}
      {isLoadingMore && !props.search && <span>Loading more</span>}
      {error !== null && (
        <button type="button" className="text-danger underline" onClick={onRetry}>
          Could not load {what} · Retry
        </button>
      )}
    </Foot>
  );
}

function matchCount({ shown, total, matching, hasMore }: ListFootProps): string {
  if (hasMore && matching !== undefined && matching >= shown) {
    const hidden = total === undefined ? 0 : total - matching;
    const rest = hidden > 0 ? `, ${number(hidden)} hidden by filter` : "";
    return `${number(shown)} of ${number(matching)} matches${rest}`;
  }
  if (hasMore) return `${number(shown)}+ matches${total === undefined ? "" : ` of ${number(total)}`}`;
  const hidden = total === undefined ? 0 : total - shown;
  const matches = shown === 1 ? "1 match" : `${number(shown)} matches`;
  return hidden > 0 ? `${matches}, ${number(hidden)} hidden by filter` : matches;
}

function rowCount({ what, shown, total, hasMore }: ListFootProps): string {
  if (hasMore && total !== undefined) return `${number(shown)} of ${number(Math.max(total, shown))} ${what}`;
  return `${number(shown)}${hasMore ? "+" : ""} ${shown === 1 ? what.replace(/s$/, "") : what}`;
}

const number = (count: number): string => count.toLocaleString("en");
