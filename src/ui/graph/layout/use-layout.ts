import { useEffect, useRef, useState } from "react";
import type { GraphInput } from "./layers.ts";
import { type Layout, layoutGraph } from "./layout.ts";
import type { LayoutAnswer, LayoutRequest } from "./layout-worker.ts";

/**
 * The places of all nodes, computed off the main thread. Laid out anew when a family is opened or closed;
 * extended when nodes were added; untouched by changes of state. `source` is what the nodes belong to.
 */
export function useLayout(
  source: object,
  input: GraphInput,
  opened: ReadonlySet<number>,
): Layout | undefined {
  const [layout, setLayout] = useState<Layout>();
  const worker = useRef<Worker | undefined>(undefined);
  const latest = useRef<{ id: number; source?: object; opened: ReadonlySet<number> }>({ id: 0, opened });

  useEffect(() => {
    if (typeof Worker === "undefined") return;
    const made = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.id === latest.current.id) setLayout(data.layout);
    };
    worker.current = made;
    return () => {
      worker.current = undefined;
      made.terminate();
    };
  }, []);

  useEffect(() => {
    const extend = latest.current.source === source && latest.current.opened === opened;
    const id = latest.current.id + 1;
    latest.current = { id, source, opened };
    const request: LayoutRequest = { id, input, opened, extend };
    if (worker.current) worker.current.postMessage(request);
    else setLayout(layoutGraph(input, opened));
  }, [source, input, opened]);

  return layout;
}
