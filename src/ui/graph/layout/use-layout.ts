import { useEffect, useRef, useState } from "react";
import type { Size } from "./blocks.ts";
import type { GraphInput } from "./layers.ts";
import { layoutGraph } from "./layout.ts";
import type { LayoutAnswer, LayoutRequest } from "./layout-worker.ts";
import type { Layout } from "./result.ts";

interface Wanted {
  /** What the nodes belong to. */
  source: object;
  input: GraphInput;
  opened: ReadonlySet<number>;
  unfolded: ReadonlySet<number>;
  /** Undefined until it is known: nothing is laid out before. */
  pane: Size | undefined;
  /** What is placed stays where it is, and new nodes are added to it. */
  isHeld: boolean;
}

/** Below this many nodes a picture that nobody has moved is laid out again as a whole when it grows. */
const mostMoved = 400;

/**
 * The places of all nodes, computed off the main thread. Laid out anew when a family is opened or closed or the pane
 * takes another shape, extended when nodes were added to what is held, untouched by changes of state.
 */
export function useLayout({ source, input, opened, unfolded, pane, isHeld }: Wanted): Layout | undefined {
  const [layout, setLayout] = useState<{ of: object; layout: Layout }>();
  const worker = useRef<Worker | undefined>(undefined);
  const latest = useRef<{ id: number; wanted?: Wanted; keep?: Layout["arrangement"] }>({ id: 0 });

  useEffect(() => {
    if (typeof Worker === "undefined") return;
    const made = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      const { id, wanted } = latest.current;
      if (data.id !== id || !wanted) return;
      latest.current.keep = data.layout.arrangement;
      setLayout({ of: wanted.source, layout: data.layout });
    };
    worker.current = made;
    return () => {
      worker.current = undefined;
      made.terminate();
    };
  }, []);

  const [width, height] = [pane?.width ?? 0, pane?.height ?? 0];
  useEffect(() => {
    if (width === 0 || height === 0) return;
    const { id, wanted: before, keep } = latest.current;
    const wanted: Wanted = { source, input, opened, unfolded, pane: { width, height }, isHeld };
    const isSame = before?.source === source;
    const isAsBefore = isSame && before.opened === opened && before.unfolded === unfolded;
    latest.current = { id, wanted, ...(isSame && keep ? { keep } : {}) };
    // Whether it is held makes a difference only to what comes next.
    if (isAsBefore && before.input === input && isSamePane(before, wanted)) return;
    latest.current.id = id + 1;
    const extend = isAsBefore && before.input !== input && (isHeld || input.count > mostMoved);
    const options = { opened, unfolded, pane: { width, height }, keep: isSame ? keep : undefined };
    const request: LayoutRequest = { id: id + 1, input, options, extend };
    if (worker.current) worker.current.postMessage(request);
    else setLayout({ of: source, layout: layoutGraph(input, options) });
  }, [source, input, opened, unfolded, width, height, isHeld]);

  return layout?.of === source ? layout.layout : undefined;
}

const isSamePane = (one: Wanted, other: Wanted): boolean =>
  one.pane?.width === other.pane?.width && one.pane?.height === other.pane?.height;
