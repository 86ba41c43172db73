import { ChevronRight, ListFilter } from "lucide-react";
import type { ReactNode } from "react";
import type { RunGroup } from "../../../schema/run-groups.ts";
import { cx } from "../../kit/cx.ts";

interface Props {
  group: RunGroup;
  /** What one row of the group is called: `run`. */
  what: string;
  /** The group in words, for buttons. */
  name: string;
  label: ReactNode;
  isOpen: boolean;
  /** False while more is being counted. */
  isWhole: boolean;
  /** Rows in the largest group. */
  most: number;
  onToggle: () => void;
  onNarrow: () => void;
}

/** The line of a group: opens its rows, shows how many there are, and narrows the query to them. */
export function GroupHead({ group, what, name, label, isOpen, isWhole, most, ...on }: Props) {
  const count = `${group.count.toLocaleString("en")}${isWhole ? "" : "+"}`;
  const rows = group.count === 1 && isWhole ? what : `${what}s`;
  return (
    <span className="flex h-full items-center gap-2 bg-sunken pr-2 pl-1.5">
      <button
        type="button"
        tabIndex={-1}
        aria-expanded={isOpen}
        aria-label={`${isOpen ? "Collapse" : "Expand"} ${name}`}
        className="touch inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-active hover:text-fg"
        onClick={on.onToggle}
      >
        <ChevronRight size={14} className={cx("transition-transform duration-120", isOpen && "rotate-90")} />
      </button>
      <span className="flex min-w-0 items-center font-strong md:w-64 md:shrink-0">{label}</span>
      <span className="flex shrink-0 items-center gap-2 text-xs text-muted tabular-nums">
        <span className="text-right md:w-20" title={`${count} ${rows}`}>
          {count}
          <span className="sr-only"> {rows}</span>
        </span>
        <span aria-hidden className="h-1 w-24 overflow-hidden rounded-full bg-active max-sm:w-12">
          <span
            className="block h-full rounded-full bg-line-strong"
            style={{ width: `${Math.max(2, (100 * group.count) / Math.max(1, most))}%` }}
          />
        </span>
      </span>
      <button
        type="button"
        tabIndex={-1}
        aria-label={`Show only these: ${name}`}
        title={`Show only these: ${name}`}
        className="touch ml-auto inline-flex h-6 shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs text-muted hover:bg-active hover:text-fg"
        onClick={on.onNarrow}
      >
        <ListFilter size={12} />
        <span className="max-sm:hidden">Show only these</span>
      </button>
    </span>
  );
}
