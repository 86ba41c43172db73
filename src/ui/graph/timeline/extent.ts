import { useEffect, useMemo, useState } from "react";
import type { RunModel } from "../model.ts";
import { shownNodes } from "../subflows.ts";
import type { Window } from "./scale.ts";
import { extentOf } from "./segments.ts";

/** The present, a few times a second while something is running. */
export function useMoving(isLive: boolean): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isLive]);
  return isLive ? now : undefined;
}

interface Shown {
  model: RunModel;
  /** Of the model. */
  version: number;
  subflows: ReadonlySet<string>;
  now: number | undefined;
}

/** From the first moment of what is shown to the last, with a little room at either end. */
export function useWhole({ model, version, subflows, now }: Shown): Window {
  const extent = useMemo(() => shownExtent({ model, version, subflows }), [model, version, subflows]);
  return wholeOf(extent, now);
}

/** Of the run's own states only those since it began: a run may have been scheduled days before. */
export function shownExtent({ model, subflows }: Omit<Shown, "now">): Window {
  const isShown = shownNodes(model.nodes, subflows);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const began = model.states.findIndex(([type]) => type === "RUNNING");
  for (const [, , time] of began < 0 ? [] : model.states.slice(began)) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  model.nodes.forEach((node, index) => {
    if (!isShown(index)) return;
    const extent = extentOf(node);
    from = Math.min(from, extent.from);
    to = Math.max(to, extent.to ?? extent.from);
  });
  return { from, to };
}

function wholeOf({ from, to }: Window, now: number | undefined): Window {
  if (!Number.isFinite(from)) return { from: (now ?? 0) - 1000, to: (now ?? 0) + 1000 };
  const end = Math.max(to, now ?? to, from + 1);
  const margin = (end - from) * 0.02;
  return { from: from - margin, to: end + margin };
}
