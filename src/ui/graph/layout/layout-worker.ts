import { extendLayout } from "./extend.ts";
import type { GraphInput } from "./layers.ts";
import { layoutGraph } from "./layout.ts";
import type { Layout, LayoutOptions } from "./result.ts";

export interface LayoutRequest {
  id: number;
  input: GraphInput;
  options: LayoutOptions;
  /** Nodes were only appended: leave in place what is placed, if that can be. */
  extend: boolean;
}
export interface LayoutAnswer {
  id: number;
  layout: Layout;
}

let last: Layout | undefined;

self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const { id, input, options, extend } = data;
  last = (extend && last ? extendLayout(last, input, options) : undefined) ?? layoutGraph(input, options);
  // What the next extension needs stays here.
  const answer: LayoutAnswer = { id, layout: { ...last, root: undefined } };
  self.postMessage(answer);
};
