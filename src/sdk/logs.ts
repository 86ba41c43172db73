import type { Client } from "../client/client.ts";
import { type LogCreate, logs } from "../schema/logs.ts";

const batchLines = 500;
const batchChars = 1_000_000;
const everyMs = 2000;
const heldLines = 20_000;
const longestMessage = 1_000_000;

/** Ships log lines in batches. Beyond what it may hold, lines are dropped, and a line says how many. */
export class LogShipper {
  readonly #client: Client;
  #lines: LogCreate[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  add(line: LogCreate): void {
    if (this.#lines.length >= heldLines) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) this.#tellDropped(line);
    this.#lines.push({ ...line, message: shorten(line.message) });
    if (this.#lines.length >= batchLines) void this.flush().catch(() => {});
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), everyMs);
  }

  /** Resolves when all lines added before are with the server. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#sending) await this.#sending;
    if (this.#lines.length === 0) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let left = this.#lines.length; left > 0; ) {
      const batch = this.#lines.slice(0, sizeOfBatch(this.#lines, left));
      await this.#client.call(logs.create, { logs: batch });
      this.#lines.splice(0, batch.length);
      left -= batch.length;
    }
  }

  #tellDropped(line: LogCreate): void {
    const text = `${this.#dropped} lines dropped: they came faster than they could be shipped.`;
    this.#dropped = 0;
    this.#lines.push({ ...line, level: 30, message: text });
  }
}

function sizeOfBatch(lines: readonly LogCreate[], most: number): number {
  let chars = 0;
  let count = 0;
  for (const line of lines.slice(0, Math.min(most, batchLines))) {
    chars += line.message.length;
    if (count > 0 && chars > batchChars) break;
    count++;
  }
  return count;
}

const shorten = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage)} … (shortened)` : message;
