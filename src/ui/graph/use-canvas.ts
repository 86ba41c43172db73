import {
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type Paints, readPaints } from "./tones.ts";

export interface Size {
  width: number;
  height: number;
}

interface Canvas {
  /** The element that gives the size. */
  frame: RefObject<HTMLDivElement | null>;
  canvas: RefObject<HTMLCanvasElement | null>;
  size: Size;
  paints: Paints | undefined;
  /** Draws once in the next frame, however often it is called. */
  redraw: () => void;
}

type Draw = (context: CanvasRenderingContext2D, size: Size, paints: Paints) => void;

/** A canvas that is as large and as sharp as its frame, and knows the colours of the theme. */
export function useCanvas(draw: Draw): Canvas {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const request = useRef(0);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const paints = usePaints(frame);

  const paint = useEffectEvent(() => {
    request.current = 0;
    const context = canvas.current?.getContext("2d");
    if (context && paints && size.width > 0) draw(context, size, paints);
  });
  const redraw = useCallback(() => {
    if (request.current === 0) request.current = requestAnimationFrame(() => paint());
  }, []);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    element.style.width = `${size.width}px`;
    element.style.height = `${size.height}px`;
  }, [size]);
  // Each rendering may have changed what is to be drawn.
  useEffect(redraw);
  useEffect(() => () => cancelAnimationFrame(request.current), []);

  return { frame, canvas, size, paints, redraw };
}

/** Read again when the theme or the palette changes. */
function usePaints(frame: RefObject<HTMLElement | null>): Paints | undefined {
  const [paints, setPaints] = useState<Paints>();
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const read = () => setPaints(readPaints(element));
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "data-palette"],
    });
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", read);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", read);
    };
  }, [frame]);
  return paints;
}
