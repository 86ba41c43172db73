import { type KeyboardEvent, type RefObject, useRef } from "react";

interface Lines {
  scroller: RefObject<HTMLElement | null>;
  total: number;
  /** The first line in sight. */
  first: number;
  show: (place: number) => void;
}

const controls = "button, a[href]";

/**
 * Makes a log one tab stop: the arrow keys go from line to line, to the right and left through what can be pressed in
 * one; Enter on a line copies its link. Page keys scroll, as the browser does it.
 */
export function useLineKeys({ scroller, total, first, show }: Lines): (event: KeyboardEvent) => void {
  const latest = useRef(-1);
  const goTo = (place: number) => {
    latest.current = place;
    show(place);
    // A line that was out of sight is drawn first.
    requestAnimationFrame(() => lineAt(scroller.current, place)?.focus({ preventScroll: true }));
  };
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    const line = event.target.closest<HTMLElement>("[data-index]");
    const at = line ? Number(line.dataset.index) : Math.max(first - 1, latest.current - 1);
    if (event.key === "ArrowDown") goTo(Math.min(total - 1, at + 1));
    else if (event.key === "ArrowUp") goTo(Math.max(0, at - 1));
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(total - 1);
    else if (line && (event.key === "ArrowRight" || event.key === "ArrowLeft"))
      alongLine(line, event.target, event.key === "ArrowRight" ? 1 : -1);
    else if (line === event.target && event.key === "Enter") line.querySelector("button")?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

const lineAt = (scroller: HTMLElement | null, place: number) =>
  scroller?.querySelector<HTMLElement>(`[data-index="${place}"]`);

/** From the line itself to what can be pressed in it, and back. */
function alongLine(line: HTMLElement, from: HTMLElement, step: 1 | -1): void {
  const stops = [line, ...line.querySelectorAll<HTMLElement>(controls)];
  stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(from) + step))]?.focus();
}
