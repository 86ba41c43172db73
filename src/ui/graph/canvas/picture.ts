import type { Viewport } from "../camera.ts";
import type { Marks } from "../marks.ts";
import type { RunModel } from "../model.ts";
import type { Scene } from "../scene.ts";
import type { Paints } from "../tones.ts";

export interface Picture {
  scene: Scene;
  model: RunModel;
  marks: Marks;
  paints: Paints;
  viewport: Viewport;
  width: number;
  height: number;
  /** The nodes are drawn here as well, because there are too many for elements. */
  overview: boolean;
}

/** The same calls draw on the screen and on an image apart. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
