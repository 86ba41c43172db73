import type { Logger } from "pino";
import { WebSocket } from "ws";
import { Subscribe } from "../../schema/live.ts";
import type { ScopedChange, Store } from "../../store/store.ts";
import { longList, tooLong } from "../http/list-limits.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

interface LiveOptions {
  store: Pick<Store, "subscribe" | "changesSince" | "seq">;
  log: Logger;
}

const frameMs = 100;
/** Bytes that a dashboard may lag behind; above that it is told to read all data again once it has caught up. */
const maxLag = 2 * 1024 * 1024;
const protocolError = 1002;
const internalError = 1011;

/** A change, and its JSON, which is created on first use and shared by all dashboards. */
interface SerializedChange {
  change: ScopedChange;
  json?: string;
}

/** The live channel: changes of rows as they are committed, the newest of each row, one frame per tick. */
export function live({ store, log }: LiveOptions): Channel {
  const readers = new Set<Reader>();
  const close = store.subscribe({
    wants: (noun, flowRunId) => [...readers].some((reader) => reader.wants(noun, flowRunId)),
    onChanges(changes) {
      const entry = changes.map((change): SerializedChange => ({ change }));
      for (const reader of readers) reader.take(entry);
    },
  });
  return {
    close,
    open(socket): Listener {
      const reader = new Reader(socket, store);
      let settled: Promise<unknown> = Promise.resolve();
      return {
        onText(text) {
          const json = parsed(text);
          if (tooLong(Subscribe, json)) return socket.close(protocolError, longList);
          const message = Subscribe.safeParse(json);
          if (!message.success) return socket.close(protocolError, "Expected a subscribe message.");
          readers.add(reader);
          const entry = reader.subscribe(message.data).catch((error: unknown) => {
            // Nothing awaits it: the store may be closed by now.
            if (socket.readyState !== WebSocket.OPEN) return;
            log.error({ err: error }, "the changes a dashboard missed could not be read");
            socket.close(internalError, "The changes could not be read.");
          });
          const before = settled;
          settled = entry.then(() => before);
        },
        onClose() {
          readers.delete(reader);
          reader.stop();
        },
        settled: () => settled,
      };
    },
  };
}

/** One dashboard: its subscriptions, and its pending changes. */
class Reader {
  readonly #socket: WebSocket;
  readonly #store: LiveOptions["store"];
  readonly #pending = new Map<string, SerializedChange>();
  /** Nouns, and nouns with a flow run. */
  #scopes: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  /** Set while missed changes are read: later changes wait for them. */
  #isCatchingUp = false;
  #hasLost = false;
  #seq = 0;

  constructor(socket: WebSocket, store: LiveOptions["store"]) {
    this.#socket = socket;
    this.#store = store;
  }

  wants(noun: string, flowRunId: string | null): boolean {
    return this.#scopes.has(noun) || (flowRunId !== null && this.#scopes.has(`${noun} ${flowRunId}`));
  }

  async subscribe({ scopes, since }: Subscribe): Promise<void> {
    this.#scopes = new Set(
      scopes.map(({ noun, flow_run_id }) => (flow_run_id === undefined ? noun : `${noun} ${flow_run_id}`)),
    );
    this.#isCatchingUp = true;
    const seq = this.#store.seq();
    const wants = (noun: string, flowRunId: string | null) => this.wants(noun, flowRunId);
    const missed = since === null ? [] : await this.#store.changesSince(since, wants);
    this.#isCatchingUp = false;
    // A frame is sent even when nothing was missed: it contains the position to resume from.
    if (missed === undefined) this.#reset();
    else
      this.#send(
        missed.map((change) => ({ change })),
        seq,
      );
    this.#schedule();
  }

  take(changes: readonly SerializedChange[]): void {
    for (const entry of changes) {
      const { noun, id, kind, flow_run_id } = entry.change;
      if (!this.wants(noun, flow_run_id)) continue;
      const key = `${noun}:${id}`;
      const isNew = this.#pending.get(key)?.change.kind === "created" && kind === "updated";
      this.#pending.delete(key);
      this.#pending.set(key, isNew ? { change: { ...entry.change, kind: "created" } } : entry);
    }
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #schedule(): void {
    if (this.#pending.size === 0 && !this.#hasLost) return;
    this.#timer ??= setTimeout(() => this.#tick(), frameMs);
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#isCatchingUp || this.#socket.readyState !== WebSocket.OPEN) return;
    const isSlow = this.#socket.bufferedAmount > maxLag;
    const changes = [...this.#pending.values()];
    this.#pending.clear();
    if (isSlow) {
      this.#hasLost = true;
      this.#schedule();
    } else if (this.#hasLost) {
      this.#hasLost = false;
      this.#reset();
    } else this.#send(changes, 0);
  }

  #reset(): void {
    this.#seq = Math.max(this.#seq, this.#store.seq());
    this.#socket.send(JSON.stringify({ type: "reset", seq: this.#seq }));
  }

  /** `seq` only grows, also where a delayed change comes after a newer one. */
  #send(changes: readonly SerializedChange[], atLeast: number): void {
    this.#seq = changes.reduce(
      (most, { change }) => Math.max(most, change.seq),
      Math.max(this.#seq, atLeast),
    );
    const list = changes.map(jsonOf).join(",");
    this.#socket.send(`{"type":"changes","seq":${this.#seq},"changes":[${list}]}`);
  }
}

function jsonOf(entry: SerializedChange): string {
  if (entry.json === undefined) {
    const { flow_run_id: _, ...change } = entry.change;
    entry.json = JSON.stringify(change);
  }
  return entry.json;
}
