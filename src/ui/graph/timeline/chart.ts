import type { RunModel } from "../model.ts";
import type { Paints } from "../tones.ts";
import type { Row } from "./rows.ts";
import type { Window } from "./scale.ts";
import type { Tie } from "./ties.ts";

/** What is painted: the part of the time axis and of the lines that is in view. */
export interface Chart {
  model: RunModel;
  paints: Paints;
  /** Only the lines in view, with their top. */
  lines: readonly { row: Row; top: number }[];
  rowHeight: number;
  window: Window;
  width: number;
  height: number;
  ticks: readonly number[];
  now: number | undefined;
  selected: number;
  hovered: number;
  /** Ids of the flow runs whose tasks are shown. */
  subflows: ReadonlySet<string>;
  ties: readonly Tie[];
  /** The middle of the line of a node, in view or not. */
  yOf: (node: number) => number | undefined;
  /** A moment that is pointed out. */
  guide: number | undefined;
}
