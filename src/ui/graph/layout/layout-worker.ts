import { extendLayout } from "./extend.ts";
import type { GraphInput } from "./layers.ts";
import { type Layout, layoutGraph } from "./layout.ts";

export interface LayoutRequest {
  id: number;
  input: GraphInput;
  opened: ReadonlySet<number>;
  /** Nodes were only appended: leave in place what is placed, if that can be. */
  extend: boolean;
}
export interface LayoutAnswer {
  id: number;
  layout: Layout;
}

let last: Layout | undefined;

self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const { id, input, opened, extend } = data;
  last = (extend && last ? extendLayout(last, input, opened) : undefined) ?? layoutGraph(input, opened);
  const answer: LayoutAnswer = { id, layout: last };
  self.postMessage(answer);
};
