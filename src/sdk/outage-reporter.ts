const everyMs = 60_000;
/** Shorter outages are not reported. */
const worthALine = 1000;
const lastTry = 5000;

/** Reports that a server is unreachable: when a caller waits for it, then once a minute, and when it is back. */
export class OutageReporter {
  readonly #name: string;
  readonly #patience: number;
  readonly #print: (text: string) => void;
  #since: number | undefined;
  #reportedAt: number | undefined;

  /** `name` of the server, patience in milliseconds, and where lines are printed. */
  constructor(name: string, patience: number, say: (text: string) => void) {
    this.#name = name;
    this.#patience = patience;
    this.#print = say;
  }

  /** Remaining patience in milliseconds. A caller after it is exhausted gets one short attempt. */
  left(now = Date.now()): number {
    const away = this.#since === undefined ? 0 : now - this.#since;
    return Math.max(this.#patience - away, Math.min(this.#patience, lastTry));
  }

  /** Called for every failed attempt to reach it. */
  unavailable(reason: string, now = Date.now()): void {
    this.#since ??= now;
    const away = now - this.#since;
    if (this.#reportedAt === undefined ? away < worthALine : now - this.#reportedAt < everyMs) return;
    const bound = `giving up after ${duration(this.#patience)}`;
    this.#print(
      this.#reportedAt === undefined
        ? `Waiting for ${this.#name} (${reason}); ${bound}`
        : `Still waiting for ${this.#name} (${reason}): unreachable for ${duration(away)}, ${bound}`,
    );
    this.#reportedAt = now;
  }

  restored(now = Date.now()): void {
    if (this.#since === undefined) return;
    if (this.#reportedAt !== undefined)
      this.#print(`Reconnected to ${this.#name} after ${duration(now - this.#since)}`);
    this.#since = undefined;
    this.#reportedAt = undefined;
  }
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
