import type { NodeProps } from "@xyflow/react";
import { ChevronRight, Workflow } from "lucide-react";
import { memo, useCallback, useSyncExternalStore } from "react";
import type { RunNode } from "../../../schema/graphs.ts";
import { cx } from "../../kit/cx.ts";
import { useNow } from "../../kit/now.ts";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { stateStyle } from "../../parts/runs/states.ts";
import { duration } from "../../parts/time/durations.ts";
import { attemptsOf, labelOf, tookText } from "../describe.ts";
import { CardButton } from "./card-button.tsx";
import { type CardNode, moreText, nameText, useGraph, useMarksOf } from "./context.ts";
import { cardLook } from "./look.ts";
import { SubflowLink } from "./subflow-link.tsx";

/** A task, or a closed subflow: its state at the left edge and by its icon, its name, and how long it took. */
export const TaskCard = memo(({ data: { index } }: NodeProps<CardNode>) => {
  const { model } = useGraph();
  const node = useSyncExternalStore(
    useCallback((listener: () => void) => model.onNode(index, listener), [model, index]),
    () => model.nodes[index],
  );
  const held = useHeldSelection(index);
  const marks = useMarksOf(index, held < 0 ? undefined : [held]);
  if (!node) return null;
  const { color, label } = stateStyle(node.state_type, node.state_name);
  const { style, isQuiet, isWaiting } = cardLook(node.state_type, color);
  const [name, more] = labelOf(node);
  const inside = held < 0 ? undefined : model.nodes[held]?.name;
  return (
    <div
      className={cx(
        "relative flex h-full w-full cursor-pointer items-center gap-2 overflow-hidden rounded-md border pr-2 pl-3 text-fg hover:border-control-line",
        isWaiting && "border-dashed",
        marks,
      )}
      style={style}
      title={[node.name, label, tookText(node), attemptsOf(node)].filter(Boolean).join(" · ")}
    >
      <span className="absolute inset-y-0 left-0 w-1" style={{ background: color }} aria-hidden="true" />
      <StateIcon type={node.state_type} name={node.state_name} size={14} />
      <span className="min-w-0 flex-1">
        <span className={cx("flex items-center gap-1", nameText)} style={isQuiet ? undefined : { color }}>
          {node.kind === "flow-run" && (
            <Workflow size={12} className="shrink-0 text-muted" aria-label="Subflow" />
          )}
          <span className={cx("truncate", isWaiting && "text-muted")}>{name}</span>
        </span>
        {inside === undefined ? (
          <SecondLine node={node} label={label} color={color} isQuiet={isQuiet} more={more} />
        ) : (
          <span className={cx("block truncate text-accent", moreText)}>▸ {inside}</span>
        )}
      </span>
      {node.kind === "flow-run" && <SubflowButtons index={index} node={node} />}
    </div>
  );
});

/** The selected node, where it is inside this closed subflow; else -1. */
function useHeldSelection(index: number): number {
  const { marks, model } = useGraph();
  return useSyncExternalStore(marks.onChange, () => {
    const { selected, seenAs } = marks.state;
    return selected >= 0 && selected !== index && seenAs === index && model.leaderOf(selected) !== index
      ? selected
      : -1;
  });
}

function SecondLine(props: {
  node: RunNode;
  label: string;
  color: string;
  isQuiet: boolean;
  more: string | undefined;
}) {
  const { node, label, color, isQuiet, more } = props;
  // The icon and the colour of the name tell a plain failure; where there is more to say, that has the room.
  const isCrowded = more !== undefined || node.run_count > 1;
  const isPlain = label === "Completed" || (isCrowded && label === "Failed");
  return (
    <span className={cx("flex gap-1 whitespace-nowrap text-muted", moreText)}>
      {more && <span className="min-w-0 truncate">{more} ·</span>}
      {!isPlain && (
        <span className="min-w-0 truncate" style={isQuiet ? undefined : { color }}>
          {label}
        </span>
      )}
      {!isPlain && node.start !== null && <span>·</span>}
      <Took node={node} />
      {node.run_count > 1 && <span className="truncate">· {attemptsOf(node)}</span>}
    </span>
  );
}

function Took({ node }: { node: RunNode }) {
  if (node.start === null) return null;
  if (node.end === null) return <Moving start={node.start} />;
  return <span>{tookText(node)}</span>;
}

function Moving({ start }: { start: number }) {
  return <span>{duration(Math.max(0, Math.floor((useNow() - start) / 1000)))}</span>;
}

function SubflowButtons({ index, node }: { index: number; node: RunNode }) {
  const { unfold } = useGraph();
  return (
    <span className="-mr-1 flex shrink-0">
      <CardButton label={`Show the tasks of ${node.name}`} onClick={() => unfold(index)}>
        <ChevronRight size={14} />
      </CardButton>
      <SubflowLink node={node} />
    </span>
  );
}
