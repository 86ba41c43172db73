import { useNow } from "../kit/now.ts";
import { short, timeOf } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import type { Search } from "./list.ts";

interface Props {
  search: Search;
  /** What is listed: `runs`. */
  what: string;
  matches: number;
  hasMore: boolean;
}

/** How far a search has got, and whether to go on. */
export function SearchProgress({ search, what, matches, hasMore }: Props) {
  const { zone } = useSettings();
  const now = useNow(30);
  const number = (count: number) => count.toLocaleString("en");
  const isTime = search.to !== null && /^\d{4}-\d{2}-\d{2}T/.test(search.to);
  const far =
    isTime && search.to !== null
      ? `Searched back to ${short(timeOf(search.to), zone, now)}`
      : `Searched ${number(search.searched)} ${what}`;
  return (
    <span role="status" className="inline-flex gap-1.5">
      <span>{hasMore ? far : `Searched all ${number(search.searched)} ${what}`}</span>
      <span>
        · {number(matches)} {matches === 1 ? "match" : "matches"}
      </span>
      {hasMore && (
        <>
          <span>·</span>
          <button
            type="button"
            className="text-fg underline"
            onClick={search.isRunning ? search.onStop : search.onContinue}
          >
            {search.isRunning ? "Stop" : "Continue"}
          </button>
        </>
      )}
    </span>
  );
}
