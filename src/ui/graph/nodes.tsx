import type { Node, NodeProps } from "@xyflow/react";
import { ArrowUpRight, ChevronsDownUp, ChevronsUpDown, Workflow } from "lucide-react";
import { createContext, memo, use, useCallback, useSyncExternalStore } from "react";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import { duration } from "../parts/time/durations.ts";
import { describeShares, taskNameOf } from "./describe.ts";
import type { Marks } from "./marks.ts";
import type { Histogram, RunModel } from "./model.ts";
import { tones } from "./tones.ts";

/** What every node on the map needs; stable for as long as the map shows the same run. */
export interface MapContext {
  model: RunModel;
  marks: Marks;
  toggle: (leader: number) => void;
}
export const MapContext = createContext<MapContext | null>(null);

function useMap(): MapContext {
  const map = use(MapContext);
  if (!map) throw new Error("expected a MapContext around this node");
  return map;
}

export type MapNode = Node<{ index: number }>;

/** What a node looks like beyond its state, as one string, so that it renders only when that changes. */
function useNodeClass(index: number, members?: readonly number[]): string {
  const { marks } = useMap();
  return useSyncExternalStore(marks.onChange, () => {
    const { selected, cursor, lit } = marks.state;
    const is = (node: number) => node === index || (members?.includes(node) ?? false);
    const isLit = !lit || lit.has(index) || (members?.some((member) => lit.has(member)) ?? false);
    return cx(
      selected >= 0 && is(selected) && "ring-2 ring-accent",
      cursor >= 0 && is(cursor) && "outline-2 outline-offset-3 outline-accent outline-dashed",
      !isLit && "opacity-25",
    );
  });
}

const card = "h-full w-full rounded-md border bg-surface text-fg cursor-pointer hover:border-control-line";

const Task = memo(({ data: { index } }: NodeProps<MapNode>) => {
  const { model } = useMap();
  const node = useSyncExternalStore(
    useCallback((listener: () => void) => model.onNode(index, listener), [model, index]),
    () => model.nodes[index],
  );
  const nodeClass = useNodeClass(index);
  if (!node) return null;
  const { color, label } = stateStyle(node.state_type, node.state_name);
  // A subflow is named `flow / run`; the run is what tells it from its siblings.
  const [name, run] = node.kind === "flow-run" ? node.name.split(" / ") : [node.name];
  const isBad = node.state_type === "FAILED" || node.state_type === "CRASHED";
  return (
    <div
      className={cx(card, "flex items-center gap-2 px-2.5", nodeClass)}
      style={
        isBad ? { borderColor: color, background: `color-mix(in oklch, ${color} 7%, var(--surface))` } : {}
      }
    >
      <StateIcon type={node.state_type} name={node.state_name} size={15} />
      <span className="min-w-0 flex-1 leading-4">
        <span className="flex items-center gap-1 font-strong">
          {node.kind === "flow-run" && (
            <Workflow size={12} className="shrink-0 text-muted" aria-label="Subflow" />
          )}
          <span className="truncate">{run ?? node.name}</span>
        </span>
        <span className="flex gap-1.5 text-xs whitespace-nowrap text-muted">
          {run && <span className="truncate">{name}</span>}
          <Took start={node.start} end={node.end} />
          {label !== stateStyle(node.state_type).label && node.end !== null && <span>{label}</span>}
          {node.run_count > 1 && <span className="text-retrying">{node.run_count} attempts</span>}
        </span>
      </span>
      {node.kind === "flow-run" && (
        <RunLink
          kind="flow-run"
          id={node.id}
          tabIndex={-1}
          // Else the node below would be chosen, too, which is another address.
          onClick={(event) => event.stopPropagation()}
          className="rounded-sm p-1 text-muted hover:bg-hover"
        >
          <ArrowUpRight size={14} aria-label={`Open ${node.name}`} />
        </RunLink>
      )}
    </div>
  );
});

function Took({ start, end }: { start: number | null; end: number | null }) {
  if (start === null) return <span>not started</span>;
  if (end === null) return <Moving start={start} />;
  return <span>{duration((end - start) / 1000)}</span>;
}

function Moving({ start }: { start: number }) {
  return <span>{duration(Math.max(0, Math.floor((useNow() - start) / 1000)))}</span>;
}

const Family = memo(({ data: { index } }: NodeProps<MapNode>) => {
  const { model, toggle } = useMap();
  const histogram = useSyncExternalStore(model.onChange, () => model.histogram(index));
  const members = model.membersOf(index);
  const nodeClass = useNodeClass(index, members);
  const name = taskNameOf(model.nodes[index]?.task_key ?? "");
  return (
    <div className="relative h-full w-full">
      <span className="absolute inset-x-1.5 -bottom-1.5 h-3 rounded-b-md border bg-surface" />
      <span className="absolute inset-x-0.5 -bottom-[3px] h-3 rounded-b-md border bg-surface" />
      <div className={cx(card, "relative flex flex-col justify-center gap-1 px-2.5", nodeClass)}>
        <span className="flex items-center gap-1.5">
          <span className="truncate font-strong">{name}</span>
          <span className="flex-1 text-muted">×{members.length}</span>
          <Fold label={`Show each of the ${members.length} tasks`} onClick={() => toggle(index)}>
            <ChevronsUpDown size={13} />
          </Fold>
        </span>
        <Shares histogram={histogram} total={members.length} />
        <span className="truncate text-xs text-muted">{describeShares(model, index)}</span>
      </div>
    </div>
  );
});

/** A bar of the shares of each state, worst first. One failure among thousands still gets two pixels. */
export function Shares({ histogram, total }: { histogram: Histogram; total: number }) {
  return (
    <span className="flex h-1.5 gap-px overflow-hidden rounded-sm bg-active" aria-hidden="true">
      {tones.map((tone) => {
        const count = histogram[tone];
        if (!count) return null;
        const style = { flexGrow: count / total, minWidth: 2, background: `var(--state-${tone})` };
        return <span key={tone} style={style} />;
      })}
    </span>
  );
}

function Fold(props: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={props.label}
      title={props.label}
      className="touch -mr-1 rounded-sm p-1 text-muted hover:bg-hover hover:text-fg"
      onClick={(event) => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      {props.children}
    </button>
  );
}

/** The head of an opened family; its frame is painted on the canvas below. */
const Frame = memo(({ data: { index } }: NodeProps<MapNode>) => {
  const { model, toggle } = useMap();
  const shares = useSyncExternalStore(model.onChange, () => describeShares(model, index));
  const name = taskNameOf(model.nodes[index]?.task_key ?? "");
  return (
    <div className="flex h-9 w-full items-center gap-2 px-4">
      <span className="truncate font-strong">{name}</span>
      <span className="text-muted">×{model.membersOf(index).length}</span>
      <span className="flex-1 truncate text-xs text-muted">{shares}</span>
      <Fold label={`Draw ${name} as one`} onClick={() => toggle(index)}>
        <ChevronsDownUp size={13} />
      </Fold>
    </div>
  );
});

/** The head of a subflow that is opened in place; its frame is painted on the canvas below. */
const Container = memo(({ data: { index } }: NodeProps<MapNode>) => {
  const { model } = useMap();
  const name = useSyncExternalStore(model.onChange, () => model.nodes[index]?.name ?? "");
  return <div className="h-9 w-full truncate px-4 py-2 font-strong">{name}</div>;
});

export const nodeTypes = { task: Task, family: Family, frame: Frame, container: Container };
