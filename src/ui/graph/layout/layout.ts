import type { Rate } from "./arrange.ts";
import { frameHeader, framePadding, type Size } from "./blocks.ts";
import { composed } from "./compose.ts";
import { type GraphInput, linksOf } from "./layers.ts";
import { layoutLevel, type PlacedLevel } from "./level.ts";
import { levelsOf } from "./levels.ts";
import type { Layout, LayoutOptions } from "./result.ts";

export const usualPane: Size = { width: 1200, height: 480 };

/** At this scale every label can still be read: a picture that fits so is shown whole at first. */
export const readableZoom = 0.62;
/** Room that stays free at each border of the pane. */
export const paneMargin = { x: 28, y: 50 };

export const roomIn = ({ width, height }: Size): Size => ({
  width: Math.max(120, width - 2 * paneMargin.x),
  height: Math.max(120, height - 2 * paneMargin.y),
});

/**
 * Places every node of a run. Layers follow one another to the right or downwards, whichever shows more of the
 * graph in the pane; a long graph is broken into bands.
 *
 * Subflows opened in place: append their nodes to the input with `container` set, and name the subflow's node in
 * `options.unfolded`. Its box becomes a `container`, with a header of `frameHeader`, around its nodes, which are laid out
 * among themselves (from the innermost outwards, whatever the depth); links to what is outside join the container.
 */
export function layoutGraph(input: GraphInput, options: LayoutOptions = {}): Layout {
  const { opened = noNodes, unfolded = noNodes, pane = usualPane, keep } = options;
  const room = roomIn(pane);
  const links = linksOf(input);
  const { levels, seenAs } = levelsOf(input, links, unfolded);
  const sizes = new Map<number, Size>();
  const placed = new Map<number, PlacedLevel>();
  for (const { container, nodes, level } of levels) {
    const containers = new Map<number, Size>();
    const local = new Set<number>();
    nodes.forEach((node, i) => {
      const size = sizes.get(node);
      if (size) containers.set(i, size);
      if (opened.has(node)) local.add(i);
    });
    const isRoot = container === -1;
    const done = layoutLevel(
      { ...level, containers },
      {
        opened: local,
        pane: isRoot ? room : innerPane,
        rate: isRoot ? rateIn(room, input.count) : rateInside,
        stretch: isRoot,
        keep: isRoot ? keep : undefined,
      },
    );
    placed.set(container, done);
    sizes.set(container, {
      width: Math.max(level.cardWidth, done.width) + 2 * framePadding,
      height: done.height + frameHeader + framePadding,
    });
  }
  return composed({ links, levels, seenAs, placed });
}

const noNodes: ReadonlySet<number> = new Set();

/** A container has no pane to fill; it should be about as wide as it is high. */
const innerPane: Size = { width: 720, height: 480 };

/** Inside a container: compact, with few bands. */
const rateInside: Rate = ({ width, height }, { bands }) => 1 / (width + 1.3 * height + 120 * (bands - 1));

/** From this many tasks on, a picture should use the pane instead of standing small in its middle. */
const manyTasks = 10;

/** How well a picture fits the pane: how large it is drawn, and how much of the pane's smaller side it uses. */
export const rateIn =
  (room: Size, tasks: number): Rate =>
  ({ width, height }, { bands, cuts, direction }) => {
    const [wide, high] = [room.width / Math.max(1, width), room.height / Math.max(1, height)];
    const zoom = Math.min(1, wide, high);
    const used = room.width > room.height ? (zoom * height) / room.height : (zoom * width) / room.width;
    const filling = tasks < manyTasks ? 1 : 0.4 + 0.6 * Math.min(1, used / 0.62);
    // A chain reads well in bands; where edges run beside each other they are hard to follow from one to the next.
    const broken = bands > 1 ? (0.84 - 0.003 * bands) * (cuts > 1 ? 0.8 : 1) : 1;
    const taste = (direction === "down" ? 0.94 : 1) * broken;
    if (zoom >= readableZoom) return (1 + zoom) * filling * Math.max(0.3, taste);
    // What has to be scrolled should be scrolled along one axis only, and not be broken for nothing.
    const oneWay = Math.min(1, Math.max(wide, high));
    return (0.15 * oneWay + 0.85 * zoom) * Math.max(0.3, taste);
  };
