const everyMs = 60_000;
/** A connection that was lost for less is not worth a line. */
const worthALine = 1000;
const lastTry = 5000;

/** Says that a server is away: when somebody waits for it, then once a minute, and when it is back. */
export class OutageReporter {
  readonly #name: string;
  readonly #patience: number;
  readonly #print: (text: string) => void;
  #since: number | undefined;
  #reportedAt: number | undefined;

  /** `name` of the server, milliseconds that it is waited for, and where the lines go. */
  constructor(name: string, patience: number, say: (text: string) => void) {
    this.#name = name;
    this.#patience = patience;
    this.#print = say;
  }

  /** Milliseconds that it is waited for from now on. Whoever asks after it was given up gets one more short try. */
  left(now = Date.now()): number {
    const away = this.#since === undefined ? 0 : now - this.#since;
    return Math.max(this.#patience - away, Math.min(this.#patience, lastTry));
  }

  /** Called as often as somebody finds it away. */
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
