import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

let isHeld = false;

/** Stops the clocks on the screen while nothing is known of what they count, and lets them go on. */
export function pauseClocks(held: boolean): void {
  isHeld = held;
  if (timer) tick();
}

function tick() {
  if (isHeld) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function listen(listener: () => void) {
  listeners.add(listener);
  if (!timer) {
    if (!isHeld) now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, shared by everything on the screen, in whole steps: components render again only when one has passed. */
export function useNow(seconds = 1): number {
  const step = seconds * 1000;
  return useSyncExternalStore(listen, () => Math.floor((timer || isHeld ? now : Date.now()) / step)) * step;
}
