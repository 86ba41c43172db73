import type { Ragged } from "./arrays.ts";
import type { Edges, Size } from "./blocks.ts";
import type { PlacedLevel } from "./level.ts";
import type { Paths, Rects } from "./paths.ts";
import type { Arrangement } from "./place.ts";

export const boxKinds = ["task", "family", "frame", "container"] as const;
/** A task, a family drawn as one, the frame around an opened family, or a node drawn around those it holds. */
export type BoxKind = (typeof boxKinds)[number];

export interface Layout extends Size {
  /** Everything that is drawn as a rectangle; what surrounds others comes before them. */
  boxes: Rects & {
    count: number;
    /** Indexes into `boxKinds`. */
    kind: Uint8Array;
    /** The node; of a family or its frame the first one. */
    node: Int32Array;
    /** The frame or container around it, or -1. */
    parent: Int32Array;
  };
  /** For each node the box in which it is seen: its own, or that of its closed family or closed subflow. */
  boxOf: Int32Array;
  /** For each node the first of its family, or -1. */
  family: Int32Array;
  /** For each node its layer among those it is laid out with. */
  layer: Int32Array;
  links: Ragged;
  /** Between boxes. Each link of the input that does not close a cycle is in exactly one of them. */
  edges: Edges;
  paths: Paths;
  arrangement: Arrangement;
  /** What `extendLayout` goes on from; undefined where containers are open, or where it was left out. */
  root: PlacedLevel | undefined;
}

export interface LayoutOptions {
  /** First nodes of the families that are drawn open. */
  opened?: ReadonlySet<number>;
  /** Subflows that are drawn around what they hold; the others are cards, and what they hold is not drawn. */
  unfolded?: ReadonlySet<number>;
  /** The size, in CSS pixels, of the pane to be filled: it decides direction, bands and gaps. */
  pane?: Size;
  /** The arrangement before this one, which is kept unless another is much better. */
  keep?: Arrangement | undefined;
}
