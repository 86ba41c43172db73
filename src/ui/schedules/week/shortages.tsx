import { TriangleAlert } from "lucide-react";
import { Link } from "../../kit/router.tsx";
import { limitPath } from "../../parts/capacity-path.ts";
import { deploymentPath, poolPath } from "../../parts/paths.ts";
import type { Week } from "../../schedule-editor/week/model.ts";
import { effectWords, needWords } from "./shortage-words.ts";
import type { KeyedLimit } from "./week-input.ts";

interface Props {
  week: Week;
  limits: readonly KeyedLimit[];
}

const most = 6;

/** Where more runs fire than a limit has slots, and what clock changes do to fires, in sentences. */
export function Shortages({ week: { shortages, notes, left }, limits }: Props) {
  const worst = shortages.toSorted((a, b) => b.late - a.late || b.cancelled - a.cancelled);
  return (
    <ul aria-label="Notes on this week" className="flex shrink-0 flex-col gap-0.5 border-b px-3 py-2">
      {worst.slice(0, most).map((shortage) => {
        const limit = limits[shortage.limit];
        if (!limit) return null;
        return (
          <Line key={`${limit.key} ${shortage.clock} ${shortage.at}`}>
            {needWords(shortage)},{" "}
            <Link to={pathOf(limit)} className="underline underline-offset-2">
              {limit.name}
            </Link>{" "}
            {effectWords(shortage, limit)}
          </Line>
        );
      })}
      {worst.length > most && <li className="pl-5 text-muted">and {worst.length - most} more shortages</li>}
      {notes.slice(0, most).map((note) => (
        <Line key={note}>{note}</Line>
      ))}
      {left > 0 && (
        <Line>
          {left.toLocaleString("en")} schedules that fire often are left out. Narrow the query to see them.
        </Line>
      )}
      {shortages.length === 0 && limits.length > 0 && (
        <li className="text-muted">
          Every run finds a free slot: {limits.length} {limits.length === 1 ? "limit" : "limits"} checked with
          usual durations.
        </li>
      )}
    </ul>
  );
}

const pathOf = ({ kind, name, key }: KeyedLimit): string => {
  if (kind === "deployment") return deploymentPath(key.slice("deployment:".length));
  return kind === "pool" ? poolPath(name) : limitPath(name);
};

const Line = ({ children }: { children: React.ReactNode }) => (
  <li className="flex gap-2">
    <TriangleAlert size={13} aria-hidden="true" className="mt-1 shrink-0 text-late" />
    <span className="min-w-0">{children}</span>
  </li>
);
