const anchorEvery = 60_000;
let offset = Date.now() - performance.now();
let anchored = performance.now();
let last = 0;
let second = -1;
let secondText = "";

/**
 * Microseconds since the epoch, strictly increasing within the process: the server orders the states of a
 * run by their times, so two states of one run must never have the same time.
 */
export function nowMicros(): number {
  const ticks = performance.now();
  if (ticks - anchored > anchorEvery) {
    offset = Date.now() - ticks;
    anchored = ticks;
  }
  const micros = Math.floor((ticks + offset) * 1000);
  last = micros > last || last - micros > 1_000_000 ? micros : last + 1;
  return last;
}

/** The format of times on the wire: `2026-11-22T07:15:24.912472Z`. */
export function stamp(micros: number): string {
  const whole = Math.floor(micros / 1_000_000);
  if (whole !== second) {
    second = whole;
    secondText = new Date(whole * 1000).toISOString().slice(0, 20);
  }
  return `${secondText}${String(micros - whole * 1_000_000).padStart(6, "0")}Z`;
}

const yieldEvery = 5;
let lastYield = performance.now();

/**
 * A promise to await when the event loop has not turned for 5 ms. A chain of resolved promises never lets
 * timers, sockets and finalizers run; a loop of quick tasks would starve them.
 */
export function yieldToEventLoop(): Promise<void> | undefined {
  if (performance.now() - lastYield < yieldEvery) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      lastYield = performance.now();
      resolve();
    });
  });
}
