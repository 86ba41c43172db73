/** The stretch of time in view, in milliseconds since the epoch. */
export interface Window {
  from: number;
  to: number;
}

/** Where a moment is on an axis of this width. */
export const xOf = ({ window, width }: { window: Window; width: number }, time: number): number =>
  ((time - window.from) / (window.to - window.from)) * width;

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1.5e4, 3e4, 6e4, 1.2e5, 3e5, 6e5, 9e5, 1.8e6, 3.6e6,
  7.2e6, 1.08e7, 2.16e7, 4.32e7, 8.64e7, 1.728e8, 6.048e8,
];
/** The narrowest window: below a millisecond there is nothing to see. */
const narrowest = 2;

/** Round moments after `origin`, about `apart` pixels from each other. */
export function ticksOf({ from, to }: Window, width: number, origin: number, apart = 88): number[] {
  const wanted = ((to - from) / Math.max(1, width)) * apart;
  const step = steps.find((size) => size >= wanted) ?? 6.048e8;
  const ticks: number[] = [];
  for (
    let tick = Math.ceil((from - origin) / step) * step;
    origin + tick <= to && ticks.length < 100;
    tick += step
  )
    ticks.push(origin + tick);
  return ticks;
}

/** Closer by `factor` (below 1) or wider, with the moment under the pointer staying there; never beyond `whole`. */
export function zoomedTo(
  window: Window,
  { at, factor, whole }: { at: number; factor: number; whole: Window },
): Window {
  const length = Math.min(whole.to - whole.from, Math.max(narrowest, (window.to - window.from) * factor));
  const share = (at - window.from) / Math.max(1e-9, window.to - window.from);
  return within({ from: at - share * length, to: at - share * length + length }, whole);
}

export const movedBy = (window: Window, by: number, whole: Window): Window =>
  within({ from: window.from + by, to: window.to + by }, whole);

function within({ from, to }: Window, whole: Window): Window {
  const length = to - from;
  if (from < whole.from) return { from: whole.from, to: whole.from + length };
  if (to > whole.to) return { from: whole.to - length, to: whole.to };
  return { from, to };
}
