import type { Node } from "@xyflow/react";
import { createContext, use, useSyncExternalStore } from "react";
import { cx } from "../../kit/cx.ts";
import type { Marks } from "../marks.ts";
import type { RunModel } from "../model.ts";

/** What every card of the graph needs; stable for as long as the graph shows the same run. */
export interface GraphContext {
  model: RunModel;
  marks: Marks;
  /** Opens or closes the family of which this is the first node. */
  toggle: (leader: number) => void;
  /** Shows the tasks of a subflow in place, or no longer. */
  unfold: (node: number) => void;
}
export const GraphContext = createContext<GraphContext | null>(null);

export function useGraph(): GraphContext {
  const graph = use(GraphContext);
  if (!graph) throw new Error("expected a GraphContext around this card");
  return graph;
}

export type CardNode = Node<{ index: number }>;

/** What a card looks like beyond its state, as one string, so that it renders only when that changes. */
export function useMarksOf(index: number, members?: readonly number[]): string {
  const { marks } = useGraph();
  return useSyncExternalStore(marks.onChange, () => {
    const { selected, cursor, lit } = marks.state;
    const is = (node: number) => node === index || (members?.includes(node) ?? false);
    const isLit = !lit || lit.has(index) || (members?.some((member) => lit.has(member)) ?? false);
    return cx(
      selected >= 0 && is(selected) && "outline-2 outline-offset-1 outline-accent",
      cursor >= 0 && is(cursor) && "ring-2 ring-accent/60 ring-offset-4 ring-offset-bg",
      !isLit && "opacity-30",
    );
  });
}

/** Labels keep a size that can be read on the screen, however small the card is drawn. */
export const nameText = "text-[length:max(13px,calc(11px/var(--zoom)))] leading-[1.3] font-strong";
export const moreText =
  "text-[length:max(11.5px,calc(11px/var(--zoom)))] leading-[1.35] in-data-[detail=name]:hidden";
