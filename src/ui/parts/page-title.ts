import { useEffect } from "react";
import type { StateType } from "../../schema/states.ts";
import { paintOf, type Shape, stateStyle } from "./runs/states.ts";

/** What the browser's tab says: what the page is, and by its icon the state of what it shows. */
export function usePageTitle(title: string, state?: { type: StateType | null; name?: string | null }): void {
  const look = state?.type ? stateStyle(state.type, state.name ?? null) : undefined;
  const label = look ? `${look.label} · ${title}` : title;
  const color = look?.color;
  const shape = look?.shape;
  useEffect(() => {
    document.title = `${label} · Praetor`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon || !color || !shape) return;
    icon.href = `data:image/svg+xml,${encodeURIComponent(signOf(shape, paintOf(color)))}`;
    return () => {
      icon.href = "/favicon.svg";
    };
  }, [label, color, shape]);
}

// At 16 pixels only the outline is told apart.
const outlines: Partial<Record<Shape, string>> = {
  octagon: '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/>',
  triangle: '<path d="M8 1 15.6 15H.4z"/>',
  late: '<path d="M8 .6 15.4 8 8 15.4.6 8z"/>',
  bars: '<rect x="1" y="1" width="14" height="14" rx="3"/>',
  turning: '<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="3.6"/>',
};

const signOf = (shape: Shape, color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" color="${color}" fill="${color}">${
    outlines[shape] ?? '<circle cx="8" cy="8" r="7"/>'
  }</svg>`;
