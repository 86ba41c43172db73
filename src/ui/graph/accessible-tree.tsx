import { type KeyboardEvent, useId, useSyncExternalStore } from "react";
import { describeFamily, describeNode } from "./describe.ts";
import { at } from "./layout/arrays.ts";
import type { Marks } from "./marks.ts";
import type { RunModel } from "./model.ts";
import type { Item, Scene } from "./scene.ts";
import { type Direction, stepFrom } from "./steps.ts";

interface Props {
  scene: Scene;
  model: RunModel;
  marks: Marks;
  select: (node: number) => void;
  toggle: (leader: number) => void;
  /** Shows the tasks of a subflow in place, or no longer. */
  unfold: (node: number) => void;
  /** The keyboard went to this node. */
  onMove: (node: number) => void;
  /** Keys that move the camera; answers whether this was one. */
  onKey: (key: string) => boolean;
}

/**
 * The map for the keyboard and for those who hear it. It lies over the map and lets the pointer through; of the
 * tree it holds only the node it stands on, because 10,000 elements would help nobody.
 */
export function AccessibleTree({ scene, model, marks, select, toggle, unfold, onMove, onKey }: Props) {
  const id = useId();
  const { cursor, selected } = useSyncExternalStore(marks.onChange, () => marks.state);
  const item = cursor < 0 ? undefined : scene.itemOf(cursor);
  const isFamily = item?.kind === "family";
  const move = (node: number | undefined) => {
    if (node === undefined) return;
    marks.set({ cursor: node });
    onMove(node);
  };
  const press = (event: KeyboardEvent) => {
    const act = actions[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!act && !onKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    act?.();
  };
  const start = () => (selected >= 0 ? selected : scene.items[0]?.node);
  // A tree is never empty: until the keyboard comes, it holds the node on which it would begin.
  const held = item ?? scene.itemOf(start() ?? -1);
  const describe = ({ kind, node }: Item) =>
    kind === "family" ? describeFamily(model, node) : describeNode(model, node);
  const arrow = (direction: Direction) => () =>
    move(cursor < 0 ? start() : stepFrom(scene, cursor, direction));
  const actions: Record<string, () => void> = {
    ArrowLeft: arrow("ArrowLeft"),
    ArrowRight: arrow("ArrowRight"),
    ArrowUp: arrow("ArrowUp"),
    ArrowDown: arrow("ArrowDown"),
    Home: () => move(scene.items[0]?.node),
    End: () => move(scene.items.at(-1)?.node),
    Enter: () => (isFamily ? toggle(cursor) : cursor >= 0 && select(cursor)),
    " ": () => {
      if (model.nodes[cursor]?.kind === "flow-run" && !isFamily) unfold(cursor);
      else if (model.leaderOf(cursor) >= 0) toggle(model.leaderOf(cursor));
    },
    Escape: () => select(-1),
  };
  return (
    <>
      <div
        role="tree"
        tabIndex={0}
        aria-label="Tasks of the run; arrows follow the edges, Enter selects, Space opens or closes a group"
        aria-activedescendant={item ? id : undefined}
        className="pointer-events-none absolute inset-0 z-10 outline-offset-[-2px]"
        onKeyDown={press}
        onFocus={() => cursor < 0 && move(start())}
        onBlur={() => marks.set({ cursor: -1 })}
      >
        {held && (
          <div
            id={id}
            role="treeitem"
            tabIndex={-1}
            aria-level={at(scene.layout.layer, held.node) + 1}
            aria-selected={held.node === selected}
            aria-expanded={held.kind === "family" ? false : undefined}
            className="sr-only"
          >
            {describe(held)}
          </div>
        )}
      </div>
      {/* Beside the tree, because a tree may hold nothing but its items. */}
      <span className="sr-only" aria-live="polite">
        {item && describe(item)}
      </span>
    </>
  );
}
