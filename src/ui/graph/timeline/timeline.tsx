import { type KeyboardEvent, useEffect, useId, useMemo, useState, useSyncExternalStore } from "react";
import { describeFamily, describeNode } from "../describe.ts";
import { familiesOf } from "../layout/families.ts";
import { layersOf, linksOf } from "../layout/layers.ts";
import type { RunModel } from "../model.ts";
import { type OpenSubflows, useOpenSubflows } from "../subflows.ts";
import { useMoving, useWhole } from "./extent.ts";
import { groupedRows, type Row } from "./rows.ts";
import { TimeChart, type Visible } from "./time-chart.tsx";
import { RowLabel, type Side } from "./timeline-labels.tsx";

interface Props {
  model: RunModel;
  selected: string | undefined;
  /** With the flow run that the task run belongs to: the page's, or a subflow that is opened in place. */
  onSelect: (taskRunId: string | undefined, flowRunId?: string) => void;
  /** False once the run has ended: then nothing moves. */
  isLive: boolean;
}

const rowHeight = 28;

/** When each task waited, worked and was tried again; families as the number at work; opened subflows with their tasks below. */
export function Timeline({ model, selected, onSelect, isLive }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set());
  const subflows = useOpenSubflows();
  const version = useSyncExternalStore(model.onChange, () => model.version);
  const now = useMoving(isLive);
  const rows = useRows({ model, opened, subflows: subflows.ids, version });
  const whole = useWhole({ model, version, subflows: subflows.ids, now });
  const index = selected === undefined ? -1 : (model.indexOf(selected) ?? -1);
  const leader = index < 0 ? -1 : model.leaderOf(index);
  useEffect(() => {
    // What was chosen elsewhere must be seen here.
    if (leader >= 0) setOpened((before) => new Set(before).add(leader));
  }, [leader]);
  const select = (node: number) => onSelect(model.nodes[node]?.task_run_id, model.nodes[node]?.flow_run_id);
  const fold = useFold({ model, opened, setOpened, subflows });
  const [cursor, setCursor] = useState<number | undefined>();
  const act = (row: Row | undefined) => {
    if (row) row.kind === "family" ? fold.toggle(row) : select(row.node);
  };
  const tree = { model, rows, cursor, setCursor, act, fold, clear: () => select(-1), selected: index };
  return (
    <TimeChart
      {...{ model, rows, rowHeight, whole, now, isLive, select }}
      selected={index}
      subflows={subflows.ids}
      drawsAll={false}
      {...(cursor === undefined ? {} : { cursor })}
      corner={index >= 0 && <Legend />}
      toggle={(node) => {
        const row = rows.find((one) => one.node === node && one.kind === "family");
        if (row) fold.toggle(row);
      }}
      labels={(visible) => <Labels {...tree} visible={visible} />}
    />
  );
}

interface Shape {
  model: RunModel;
  opened: ReadonlySet<number>;
  subflows: ReadonlySet<string>;
  /** Of the model; the rows are of this version. */
  version: number;
}

function useRows({ model, opened, subflows, version }: Shape): Row[] {
  const input = useSyncExternalStore(model.onChange, () => model.input);
  const family = useMemo(() => {
    const links = linksOf(input);
    return familiesOf(input, links, layersOf(links, input.count));
  }, [input]);
  return useMemo(() => {
    model.setFamilies(family);
    return rowsOf({ model, opened, subflows, version });
  }, [model, family, opened, subflows, version]);
}

const rowsOf = ({ model, opened, subflows }: Shape): Row[] => groupedRows({ model, opened, subflows });

interface Fold {
  /** Undefined where there is nothing to open. */
  isOpen: (row: Row) => boolean | undefined;
  toggle: (row: Row) => void;
}

function useFold(from: {
  model: RunModel;
  opened: ReadonlySet<number>;
  setOpened: (opened: ReadonlySet<number>) => void;
  subflows: OpenSubflows;
}): Fold {
  const { model, opened, setOpened, subflows } = from;
  return {
    isOpen({ kind, node }) {
      if (kind === "family") return opened.has(node);
      const own = model.nodes[node];
      return own?.kind === "flow-run" ? subflows.ids.has(own.id) : undefined;
    },
    toggle({ kind, node }) {
      const own = model.nodes[node];
      if (kind !== "family") return own?.kind === "flow-run" ? subflows.toggle(own.id) : undefined;
      const next = new Set(opened);
      if (!next.delete(node)) next.add(node);
      setOpened(next);
    },
  };
}

interface LabelsProps {
  model: RunModel;
  rows: readonly Row[];
  visible: readonly Visible[];
  selected: number;
  /** The line that the keyboard is on. */
  cursor: number | undefined;
  setCursor: (line: number | undefined) => void;
  act: (row: Row | undefined) => void;
  /** Selects nothing. */
  clear: () => void;
  fold: Fold;
}

/** The names of the lines, as a tree with one tab stop: it holds the lines in view, and always the one it is on. */
function Labels({ model, rows, visible, selected, cursor, setCursor, act, clear, fold }: LabelsProps) {
  const id = useId();
  const sideOf = useSides(model, selected);
  const here = cursor === undefined ? undefined : rows[cursor];
  const start = () =>
    Math.max(
      0,
      rows.findIndex((row) => row.node === selected && row.kind === "task"),
    );
  const move = (line: number) => setCursor(Math.max(0, Math.min(rows.length - 1, line)));
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = cursor ?? start();
    const isOpen = here && fold.isOpen(here);
    if (event.key === "ArrowDown") move(line + 1);
    else if (event.key === "ArrowUp") move(line - 1);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else if (event.key === "Enter") act(here);
    else if (event.key === "Escape") clear();
    else if (event.key === " " && here) fold.toggle(here);
    else if (event.key === "ArrowRight" && here)
      isOpen === false ? fold.toggle(here) : isOpen && move(line + 1);
    else if (event.key === "ArrowLeft" && here) isOpen ? fold.toggle(here) : move(outerOf(rows, line));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        role="tree"
        tabIndex={0}
        aria-label="Tasks by start time; Enter selects, arrow right opens a subflow or a group"
        aria-activedescendant={here ? `${id}-${cursor}` : undefined}
        className="absolute inset-0 outline-none"
        onKeyDown={press}
        onClick={({ target }) => {
          const line = target instanceof Element && target.closest("[data-line]")?.getAttribute("data-line");
          if (line) act(rows[Number(line)]);
        }}
        onFocus={(event) =>
          event.currentTarget.matches(":focus-visible") && cursor === undefined && setCursor(start())
        }
        onBlur={() => setCursor(undefined)}
      >
        {visible.map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <RowLabel
                key={`${row.kind} ${row.node}`}
                id={`${id}-${index}`}
                {...{ row, model }}
                top={start}
                height={rowHeight}
                isSelected={row.kind === "task" && row.node === selected}
                isCurrent={index === cursor}
                isOpen={fold.isOpen(row)}
                side={sideOf(row)}
                line={index}
                toggle={() => fold.toggle(row)}
              />
            )
          );
        })}
      </div>
      <span className="sr-only" aria-live="polite">
        {here && (here.kind === "family" ? describeFamily(model, here.node) : describeNode(model, here.node))}
      </span>
    </>
  );
}

/** The line around this one. */
function outerOf(rows: readonly Row[], line: number): number {
  const depth = rows[line]?.depth ?? 0;
  for (let above = line - 1; above >= 0; above--) if ((rows[above]?.depth ?? 0) < depth) return above;
  return line;
}

/** Whether a line is of what the selected task waited for, or of what waited for it. */
function useSides(model: RunModel, selected: number): (row: Row) => Side | undefined {
  const own = model.nodes[selected];
  const before = useMemo(() => new Set(own?.parents), [own]);
  if (!own) return () => undefined;
  return ({ bars }) => {
    if (bars.some((bar) => before.has(bar))) return "before";
    return bars.some((bar) => model.nodes[bar]?.parents.includes(selected)) ? "after" : undefined;
  };
}

function Legend() {
  return (
    <span className="flex flex-col px-1 text-xs leading-4 text-muted">
      <span>
        <span className="inline-block w-5 border-t-2 border-accent align-middle" /> waited for
      </span>
      <span>
        <span className="inline-block w-5 border-t-2 border-accent border-dashed align-middle" /> waits for it
      </span>
    </span>
  );
}
