import type { NodeProps } from "@xyflow/react";
import { ChevronDown, ChevronsDownUp } from "lucide-react";
import { memo, useCallback, useSyncExternalStore } from "react";
import { cx } from "../../kit/cx.ts";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { describeShares, labelOf, taskNameOf, tookText } from "../describe.ts";
import { CardButton } from "./card-button.tsx";
import { type CardNode, moreText, nameText, useGraph, useMarksOf } from "./context.ts";
import { SubflowLink } from "./subflow-link.tsx";

/** The head of an opened family; its frame is painted on the canvas below. */
export const FamilyHeader = memo(({ data: { index } }: NodeProps<CardNode>) => {
  const { model, toggle } = useGraph();
  const shares = useSyncExternalStore(model.onChange, () => describeShares(model, index));
  const name = taskNameOf(model.nodes[index]?.task_key ?? "");
  return (
    <div className="flex h-9 w-full items-center gap-2 px-4">
      <span className={cx("truncate", nameText)}>{name}</span>
      <span className="text-muted">×{model.membersOf(index).length}</span>
      <span className={cx("flex-1 truncate text-muted", moreText)}>{shares}</span>
      <CardButton label={`Draw ${name} as one`} onClick={() => toggle(index)}>
        <ChevronsDownUp size={13} />
      </CardButton>
    </div>
  );
});

/** The head of a subflow that is opened in place; its frame is painted on the canvas below. */
export const SubflowHeader = memo(({ data: { index } }: NodeProps<CardNode>) => {
  const { model, unfold } = useGraph();
  const node = useSyncExternalStore(
    useCallback((listener: () => void) => model.onNode(index, listener), [model, index]),
    () => model.nodes[index],
  );
  const marks = useMarksOf(index);
  if (!node) return null;
  const [name, more] = labelOf(node);
  return (
    <div className={cx("flex h-9 w-full items-center gap-1.5 rounded-md px-2.5", marks)} title={node.name}>
      <CardButton label={`Hide the tasks of ${node.name}`} onClick={() => unfold(index)}>
        <ChevronDown size={14} />
      </CardButton>
      <StateIcon type={node.state_type} name={node.state_name} size={14} />
      <span className={cx("truncate", nameText)}>{name}</span>
      <span className={cx("min-w-0 flex-1 truncate text-muted", moreText)}>
        {[more, "subflow", tookText(node)].filter(Boolean).join(" · ")}
      </span>
      <SubflowLink node={node} />
    </div>
  );
});
