import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import type { View } from "./camera.ts";

interface Props {
  view: () => View;
  /** Told with every move of the camera. */
  moved: EventTarget;
  onZoom: (factor: number) => void;
  /** At the size of life. */
  onLife: () => void;
  onFit: () => void;
  /** What else can be done with the picture. */
  children: ReactNode;
}

/** How large the graph is drawn, and the buttons that change it. */
export function ZoomControls({ view, moved, onZoom, onLife, onFit, children }: Props) {
  const [percent, setPercent] = useState(() => Math.round(view().viewport.zoom * 100));
  useEffect(() => {
    const listener = () => setPercent(Math.round(view().viewport.zoom * 100));
    listener();
    moved.addEventListener("move", listener);
    return () => moved.removeEventListener("move", listener);
  });
  return (
    <div className="absolute bottom-3 left-3 z-10 flex gap-1.5">
      <Button aria-label="Zoom out" title="Zoom out (-)" onClick={() => onZoom(1 / 1.4)}>
        −
      </Button>
      <Button
        aria-label={`Zoom is ${percent} %; set it to 100 %`}
        title="Zoom to 100 % (1)"
        className="min-w-15"
        onClick={onLife}
      >
        {percent} %
      </Button>
      <Button aria-label="Zoom in" title="Zoom in (+)" onClick={() => onZoom(1.4)}>
        +
      </Button>
      <Button aria-label="Fit the graph" title="Fit the graph (0)" onClick={onFit}>
        Fit
      </Button>
      {children}
    </div>
  );
}
