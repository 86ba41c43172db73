import { ChevronRight, Workflow } from "lucide-react";
import { type KeyboardEvent, useCallback, useSyncExternalStore } from "react";
import { cx } from "../../kit/cx.ts";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { stateStyle } from "../../parts/runs/states.ts";
import { duration } from "../../parts/time/durations.ts";
import { short } from "../../parts/time/times.ts";
import { describeFamily, describeNode, taskNameOf } from "../describe.ts";
import type { RunModel } from "../model.ts";
import { Shares } from "../nodes.tsx";
import type { Row } from "./rows.ts";
import { attemptsOf, spansOf } from "./segments.ts";

interface Props {
  row: Row;
  /** Number of the line, from 0. */
  lane: number;
  model: RunModel;
  top: number;
  height: number;
  isSelected: boolean;
  isOpen: boolean;
  select: (node: number) => void;
  toggle: (leader: number) => void;
}

/** The name of a line; the keyboard goes up and down through them. */
export function RowLabel({ row, lane, model, top, height, isSelected, isOpen, select, toggle }: Props) {
  const node = useSyncExternalStore(
    useCallback((listener: () => void) => model.onNode(row.node, listener), [model, row.node]),
    () => model.nodes[row.node],
  );
  const style = { top, height, paddingLeft: 8 + row.depth * 14 };
  const place = "absolute inset-x-0 flex items-center gap-1.5 pr-2 text-left";
  if (row.kind === "lane" || !node)
    return (
      <span className={cx(place, "text-xs text-faint")} style={style}>
        Lane {lane + 1}
      </span>
    );
  const isFamily = row.kind === "family";
  const name = isFamily ? taskNameOf(node.task_key) : node.name;
  const description = isFamily ? describeFamily(model, row.node) : describeNode(model, row.node);
  return (
    <div
      role="option"
      tabIndex={isSelected || lane === 0 ? 0 : -1}
      aria-selected={isSelected}
      className={cx(place, "cursor-pointer hover:bg-hover", isSelected && "bg-accent-soft")}
      style={style}
      onClick={() => (isFamily ? toggle(row.node) : select(row.node))}
      onKeyDown={(event) => press(event, () => (isFamily ? toggle(row.node) : select(row.node)))}
    >
      {isFamily ? (
        <FamilyLabel row={row} model={model} isOpen={isOpen} name={name} />
      ) : (
        <>
          <StateIcon type={node.state_type} name={node.state_name} size={13} />
          {node.kind === "flow-run" && <Workflow size={12} className="shrink-0 text-muted" />}
          <span className="min-w-0 flex-1 truncate">{name}</span>
          {node.run_count > 1 && (
            <span className="text-xs text-retrying" aria-hidden="true">
              ×{node.run_count}
            </span>
          )}
        </>
      )}
      <span className="sr-only">{description.slice(name.length)}</span>
    </div>
  );
}

function FamilyLabel({
  row,
  model,
  isOpen,
  name,
}: {
  row: Row;
  model: RunModel;
  isOpen: boolean;
  name: string;
}) {
  const histogram = useSyncExternalStore(model.onChange, () => model.histogram(row.node));
  return (
    <>
      <ChevronRight
        size={13}
        className={cx("shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
      />
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

function press(event: KeyboardEvent<HTMLElement>, act: () => void): void {
  const here = event.currentTarget;
  const beside = event.key === "ArrowDown" ? here.nextElementSibling : here.previousElementSibling;
  if (event.key === "Enter" || event.key === " ") act();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && beside instanceof HTMLElement)
    beside.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
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
