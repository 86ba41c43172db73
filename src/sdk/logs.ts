import { type Client, GivenUpError } from "../client/client.ts";
import type { AttemptToken } from "../schema/attempt-tokens.ts";
import { type LogCreate, logs } from "../schema/logs.ts";
import { clientOf } from "./fenced-attempts.ts";

const batchLines = 500;
const batchChars = 1_000_000;
const everyMs = 2000;
const heldLines = 20_000;
const longestMessage = 1_000_000;
/** A longer message continues in further lines, up to this many. */
const maxPortions = 8;

interface Line {
  log: LogCreate;
  attempt: AttemptToken | undefined;
}

/** Ships log lines in batches, each of one attempt. When the buffer is full, lines are dropped, and a line says how many. */
export class LogShipper {
  readonly #client: Client;
  #lines: Line[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  add(log: LogCreate, attempt?: AttemptToken): void {
    if (this.#lines.length >= heldLines) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) this.#reportDropped({ log, attempt });
    for (const message of portionsOf(log.message)) this.#lines.push({ log: { ...log, message }, attempt });
    if (this.#lines.length >= batchLines) void this.flush().catch(() => {});
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), everyMs);
  }

  /** Resolves when all lines added before are stored on the server. */
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
      const batch = batchOf(this.#lines.slice(0, left));
      await this.#send(batch);
      const sent = new Set(batch);
      this.#lines = this.#lines.filter((line) => !sent.has(line));
      left -= batch.length;
    }
  }

  async #send(batch: readonly Line[]): Promise<void> {
    const attempt = batch[0]?.attempt;
    const client = attempt ? clientOf(this.#client, attempt) : this.#client;
    try {
      await client.call(logs.create, { logs: batch.map(({ log }) => log) });
    } catch (error) {
      // Lines of an attempt that was given up are discarded.
      if (!(error instanceof GivenUpError)) throw error;
    }
  }

  #reportDropped({ log, attempt }: Line): void {
    const text = `${this.#dropped} log lines dropped: the buffer was full.`;
    this.#dropped = 0;
    this.#lines.push({ log: { ...log, level: 30, message: text }, attempt });
  }
}

/** The first lines of the attempt that is next. */
function batchOf(lines: readonly Line[]): Line[] {
  const token = lines[0]?.attempt?.token;
  const own = lines.filter(({ attempt }) => attempt?.token === token).slice(0, batchLines);
  let chars = 0;
  const end = own.findIndex(({ log }, at) => {
    chars += log.message.length;
    return at > 0 && chars > batchChars;
  });
  return end < 0 ? own : own.slice(0, end);
}

function portionsOf(message: string): string[] {
  if (message.length <= longestMessage) return [message];
  const portions: string[] = [];
  let from = 0;
  while (from < message.length && portions.length < maxPortions) {
    const to = from + longestMessage;
    // Not within a surrogate pair.
    const end = /[\ud800-\udbff]/.test(message.charAt(to - 1)) ? to - 1 : to;
    portions.push(message.slice(from, end));
    from = end;
  }
  const last = portions.pop() ?? "";
  return [...portions, from < message.length ? `${last} … (shortened)` : last];
}
