import { ChevronRight, Workflow } from "lucide-react";
import { useCallback, useSyncExternalStore } from "react";
import { cx } from "../../kit/cx.ts";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { stateStyle } from "../../parts/runs/states.ts";
import { duration } from "../../parts/time/durations.ts";
import { short } from "../../parts/time/times.ts";
import { Shares } from "../cards/shares.tsx";
import { describeFamily, describeNode, taskNameOf } from "../describe.ts";
import type { RunModel } from "../model.ts";
import type { Row } from "./rows.ts";
import { attemptsOf, spansOf } from "./segments.ts";

/** What a line is to the selected task: it waited for it, or it waits for the selected one. */
export type Side = "before" | "after";

interface Props {
  id: string;
  row: Row;
  model: RunModel;
  top: number;
  height: number;
  isSelected: boolean;
  /** The keyboard is on it. */
  isCurrent: boolean;
  /** Undefined where there is nothing to open. */
  isOpen: boolean | undefined;
  side: Side | undefined;
  /** Number of the line, from 0. */
  line: number;
  toggle: () => void;
}

const sideText: Record<Side, string> = {
  before: "the selected task waited for it",
  after: "it waits for the selected task",
};

/** The name of a line. */
export function RowLabel({
  id,
  row,
  model,
  top,
  height,
  isSelected,
  isCurrent,
  isOpen,
  side,
  line,
  toggle,
}: Props) {
  const node = useSyncExternalStore(
    useCallback((listener: () => void) => model.onNode(row.node, listener), [model, row.node]),
    () => model.nodes[row.node],
  );
  if (!node) return null;
  const isFamily = row.kind === "family";
  const name = isFamily ? taskNameOf(node.task_key) : node.name;
  const description = isFamily ? describeFamily(model, row.node) : describeNode(model, row.node);
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      title={name}
      aria-level={row.depth + 1}
      aria-selected={isSelected}
      aria-expanded={isOpen}
      className={cx(
        "absolute inset-x-0 flex cursor-pointer items-center gap-1.5 pr-2 text-left hover:bg-hover",
        isSelected && "bg-accent-soft",
        isCurrent && "outline-2 outline-accent outline-offset-[-2px]",
        side && "bg-accent-soft/50",
      )}
      style={{ top, height, paddingLeft: 4 + row.depth * 14 }}
      data-line={line}
    >
      <Disclosure isOpen={isOpen} onToggle={toggle} />
      {isFamily ? (
        <FamilyLabel row={row} model={model} name={name} />
      ) : (
        <>
          <StateIcon type={node.state_type} name={node.state_name} size={13} />
          {node.kind === "flow-run" && <Workflow size={12} className="shrink-0 text-muted" />}
          <TaskName name={name} isSubflow={node.kind === "flow-run"} />
          {node.run_count > 1 && (
            <span className="text-xs text-retrying" aria-hidden="true">
              ×{node.run_count}
            </span>
          )}
        </>
      )}
      <span className="sr-only">
        {description.slice(name.length)}
        {side && `, ${sideText[side]}`}
      </span>
    </div>
  );
}

/** A subflow is `its flow / its run`, and where there is little room both can be told. */
function TaskName({ name, isSubflow }: { name: string; isSubflow: boolean }) {
  const [flow, run] = isSubflow ? name.split(" / ") : [name];
  if (run === undefined) return <span className="min-w-0 flex-1 truncate">{name}</span>;
  return (
    <span className="flex min-w-0 flex-1 whitespace-pre">
      <span className="min-w-0 shrink truncate max-sm:hidden">{flow}</span>
      <span className="shrink-0 text-muted max-sm:hidden"> / </span>
      <span className="min-w-12 shrink-[3] truncate text-muted">{run}</span>
    </span>
  );
}

/** What the arrow keys do, for the pointer. */
function Disclosure({ isOpen, onToggle }: { isOpen: boolean | undefined; onToggle: () => void }) {
  if (isOpen === undefined) return <span className="w-3.5 shrink-0" />;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      className="touch -m-1 shrink-0 rounded-sm p-1 text-muted hover:bg-hover hover:text-fg"
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      <ChevronRight size={14} className={cx("transition-transform", isOpen && "rotate-90")} />
    </button>
  );
}

function FamilyLabel({ row, model, name }: { row: Row; model: RunModel; name: string }) {
  const histogram = useSyncExternalStore(model.onChange, () => model.histogram(row.node));
  return (
    <>
      <span className="min-w-0 truncate font-strong">{name}</span>
      <span className="text-xs text-muted" aria-hidden="true">
        ×{row.bars.length}
      </span>
      <span className="ml-auto w-10 shrink-0">
        <Shares histogram={histogram} total={row.bars.length} />
      </span>
    </>
  );
}

interface TipProps {
  model: RunModel;
  node: number;
  x: number;
  y: number;
  size: { width: number; height: number };
  now: number | undefined;
  zone: string;
}

/** The same as the selection's Attempts tab says, where the pointer is. */
export function TimelineTip({ model, node, x, y, size, now, zone }: TipProps) {
  const run = model.nodes[node];
  if (!run) return null;
  const spans = spansOf(run.segments);
  const attempts = attemptsOf(run.segments);
  const vertical = y > size.height / 2 ? { bottom: size.height - y + 12 } : { top: y + 16 };
  return (
    <div
      className="pop pointer-events-none absolute z-10 w-60 px-2.5 py-2 text-xs"
      style={{ left: Math.max(4, Math.min(x + 12, size.width - 252)), ...vertical }}
    >
      <p className="flex items-center gap-1.5 text-sm font-strong">
        <StateIcon type={run.state_type} name={run.state_name} />
        <span className="truncate">{run.name}</span>
      </p>
      <p className="text-muted">
        {stateStyle(run.state_type, run.state_name).label}
        {attempts.length > 1 && ` after ${attempts.length} attempts`}
      </p>
      <ul className="mt-1">
        {spans.slice(0, 8).map((span) => (
          <li key={`${span.from}-${span.name}`} className="flex gap-2">
            <span
              className="mt-[5px] size-1.5 shrink-0 rounded-full"
              style={{ background: `var(--state-${span.isWork ? span.outcome : span.tone})` }}
            />
            <span className="flex-1 truncate">{span.isWork ? `Attempt ${span.attempt}` : span.name}</span>
            <span className="text-muted">{short(span.from, zone, now ?? span.from)}</span>
            <span className="w-14 text-right">
              {duration(((span.to ?? now ?? span.from) - span.from) / 1000)}
            </span>
          </li>
        ))}
        {spans.length > 8 && <li className="text-muted">and {spans.length - 8} more</li>}
      </ul>
    </div>
  );
}
