import type { NodeProps } from "@xyflow/react";
import { ChevronsUpDown } from "lucide-react";
import { memo, useSyncExternalStore } from "react";
import { cx } from "../../kit/cx.ts";
import { describeShares, familyLine, taskNameOf } from "../describe.ts";
import { CardButton } from "./card-button.tsx";
import { type CardNode, moreText, nameText, useGraph, useMarksOf } from "./context.ts";
import { Shares } from "./shares.tsx";

/** A family drawn as one: how many there are and in which states; and which of them is selected. */
export const FamilyCard = memo(({ data: { index } }: NodeProps<CardNode>) => {
  const { model, marks: all, toggle } = useGraph();
  const histogram = useSyncExternalStore(model.onChange, () => model.histogram(index));
  const members = model.membersOf(index);
  const marks = useMarksOf(index, members);
  const selected = useSyncExternalStore(all.onChange, () =>
    members.includes(all.state.selected) ? all.state.selected : -1,
  );
  const name = taskNameOf(model.nodes[index]?.task_key ?? "");
  return (
    <div
      className="relative h-full w-full"
      title={`${name} · ${members.length} tasks · ${describeShares(model, index)}`}
    >
      <span className="absolute inset-x-2 -bottom-1.5 h-3 rounded-b-md border border-line-strong bg-surface" />
      <span className="absolute inset-x-1 -bottom-[3px] h-3 rounded-b-md border border-line-strong bg-surface" />
      <div
        className={cx(
          "relative flex h-full w-full cursor-pointer flex-col justify-center gap-[3px] rounded-md border border-line-strong bg-surface px-3 text-fg hover:border-control-line",
          marks,
        )}
      >
        <span className={cx("flex items-center gap-1.5", nameText)}>
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="text-muted not-in-data-[detail=name]:hidden">×{members.length}</span>
          <CardButton label={`Show each of the ${members.length} tasks`} onClick={() => toggle(index)}>
            <ChevronsUpDown size={13} />
          </CardButton>
        </span>
        <Shares histogram={histogram} total={members.length} />
        <span className={cx("truncate text-muted", moreText, selected >= 0 && "text-accent")}>
          {selected >= 0 ? `▸ ${model.nodes[selected]?.name}` : familyLine(histogram, members.length)}
        </span>
      </div>
    </div>
  );
});
