import { type KeyboardEvent, type ReactNode, useId, useMemo, useState, useSyncExternalStore } from "react";
import { describeNode } from "../describe.ts";
import type { RunModel } from "../model.ts";
import { lanesPicture } from "../save/lanes-svg.ts";
import { SaveMenu } from "../save/save-menu.tsx";
import { shownNodes, useOpenSubflows } from "../subflows.ts";
import { laneLabelWidth } from "./draw-lanes.ts";
import { useMoving, useWhole } from "./extent.ts";
import { laneRows } from "./lane-rows.ts";
import { type Row, rowsOfNodes } from "./rows.ts";
import type { Window } from "./scale.ts";
import { workOf } from "./segments.ts";
import { TimeChart } from "./time-chart.tsx";

interface Props {
  model: RunModel;
  selected: string | undefined;
  /** With the flow run that the task run belongs to: the page's, or a subflow that is opened in place. */
  onSelect: (taskRunId: string | undefined, flowRunId?: string) => void;
  isLive: boolean;
  /** Above the chart. */
  tools: ReactNode;
}

const rowHeight = 36;
/** Lanes are packed anew only when names need noticeably more room, not with each tick of the clock. */
const scaleSteps = 4;

/** The graph along the axis of time: a card for each task, as long as it ran, with what it waited for. */
export function Lanes({ model, selected, onSelect, isLive, tools }: Props) {
  const subflows = useOpenSubflows();
  const version = useSyncExternalStore(model.onChange, () => model.version);
  const [width, setWidth] = useState(0);
  const now = useMoving(isLive);
  const ran = useWhole({ model, version, subflows: subflows.ids, now });
  const whole = { ...ran, to: ran.to + labelRoom(model, subflows.ids, { window: ran, width }) };
  const scale = stepped((whole.to - whole.from) / Math.max(320, width));
  const rows = useMemo(
    () => rowsAt({ model, version, subflows: subflows.ids, scale }),
    [model, version, subflows.ids, scale],
  );
  const index = selected === undefined ? -1 : (model.indexOf(selected) ?? -1);
  const select = (node: number) => onSelect(model.nodes[node]?.task_run_id, model.nodes[node]?.flow_run_id);
  const toggle = (node: number) => {
    const own = model.nodes[node];
    if (own?.kind === "flow-run") subflows.toggle(own.id);
  };
  const [cursor, setCursor] = useState<number | undefined>();
  const keys = { model, rows, selected: index, cursor, setCursor, select, toggle };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1">
        {tools}
        <span className="ml-auto">
          <SaveMenu
            flowRunId={model.flowRunId}
            parts={{
              "Whole graph": (paints, title) =>
                lanesPicture({ model, rows, rowHeight, whole, now, width }, paints, title),
            }}
          />
        </span>
      </div>
      <div className="min-h-0 flex-1">
        <TimeChart
          {...{ model, rows, rowHeight, whole, now, isLive, select, toggle }}
          selected={cursor ?? index}
          subflows={subflows.ids}
          drawsAll
          onWidth={setWidth}
          corner={null}
        >
          <LaneKeys {...keys} isOpen={(id) => subflows.ids.has(id)} />
        </TimeChart>
      </div>
    </div>
  );
}

/** What names reach beyond the last moment, in milliseconds: they begin where their bars do. */
function labelRoom(
  model: RunModel,
  subflows: ReadonlySet<string>,
  { window: { from, to }, width }: { window: Window; width: number },
): number {
  const scale = (to - from) / Math.max(320, width);
  const isShown = shownNodes(model.nodes, subflows);
  const least = to - mostLabel * scale;
  let beyond = 0;
  model.nodes.forEach((node, index) => {
    if (!isShown(index)) return;
    const began = workOf(node, model.nodes).from;
    if (began > least) beyond = Math.max(beyond, began + laneLabelWidth(node) * scale - to);
  });
  // The room itself makes all narrower.
  return (beyond * (to - from)) / Math.max(to - from - beyond, (to - from) / 2);
}

/** No name is wider, in pixels. */
const mostLabel = 280;

const stepped = (scale: number): number => 2 ** (Math.ceil(Math.log2(scale) * scaleSteps) / scaleSteps);

interface Packed {
  model: RunModel;
  /** Of the model; the lanes are of this version. */
  version: number;
  subflows: ReadonlySet<string>;
  /** Milliseconds of a pixel. */
  scale: number;
}

const rowsAt = ({ model, subflows, scale }: Packed): Row[] =>
  laneRows({ model, subflows, now: Date.now(), labelOf: (node) => laneLabelWidth(node) * scale });

interface KeyProps {
  model: RunModel;
  rows: readonly Row[];
  selected: number;
  /** The node that the keyboard is on. */
  cursor: number | undefined;
  setCursor: (node: number | undefined) => void;
  select: (node: number) => void;
  toggle: (node: number) => void;
  isOpen: (flowRunId: string) => boolean;
}

/** The chart for the keyboard and for those who hear it: along the lane, and to the lane above and below. */
function LaneKeys({ model, rows, selected, cursor, setCursor, select, toggle, isOpen }: KeyProps) {
  const id = useId();
  const rowOf = useMemo(() => rowsOfNodes(rows), [rows]);
  const first = () => (selected >= 0 && rowOf.has(selected) ? selected : rows[0]?.bars[0]);
  const held = cursor ?? first();
  const node = held === undefined ? undefined : model.nodes[held];
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || held === undefined) return;
    if (event.key === "Enter") select(held);
    else if (event.key === " ") toggle(held);
    else if (event.key === "Escape") select(-1);
    else if (event.key in steps) setCursor(beside({ model, rows, rowOf }, held, steps[event.key] ?? [0, 0]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        role="tree"
        tabIndex={0}
        aria-label="Tasks on the axis of time; arrows go from one to the next, Enter selects, Space opens a subflow"
        aria-activedescendant={cursor === undefined ? undefined : id}
        className="pointer-events-none absolute inset-0 z-10 outline-offset-[-2px]"
        onKeyDown={press}
        onFocus={() => setCursor(first())}
        onBlur={() => setCursor(undefined)}
      >
        {node && held !== undefined && (
          <div
            id={id}
            role="treeitem"
            tabIndex={-1}
            aria-selected={held === selected}
            aria-expanded={node.kind === "flow-run" ? isOpen(node.id) : undefined}
            className="sr-only"
          >
            {describeNode(model, held)}
          </div>
        )}
      </div>
      <span className="sr-only" aria-live="polite">
        {cursor !== undefined && describeNode(model, cursor)}
      </span>
    </>
  );
}

/** How far along the lane, and how many lanes down. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

interface Lines {
  model: RunModel;
  rows: readonly Row[];
  rowOf: ReadonlyMap<number, number>;
}

/** The next bar of the lane, or that of another lane which began at about the same time. */
export function beside(
  { model, rows, rowOf }: Lines,
  node: number,
  [along, down]: readonly [number, number],
): number {
  const line = rowOf.get(node) ?? 0;
  const began = (bar: number) => {
    const own = model.nodes[bar];
    return own ? workOf(own, model.nodes).from : 0;
  };
  const bars = (rows[line + down]?.bars ?? []).toSorted((a, b) => began(a) - began(b));
  if (down === 0) return bars[bars.indexOf(node) + along] ?? node;
  const distance = (bar: number) => Math.abs(began(bar) - began(node));
  return bars.reduce((best, bar) => (distance(bar) < distance(best) ? bar : best), bars[0] ?? node);
}
