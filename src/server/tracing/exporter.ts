import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Logger } from "pino";
import type { Attributes, Span } from "./span.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** Response statuses after which the request may be repeated. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const attempts = 3;
const longestPauseMs = 5000;

/** Sends spans in batches, as OTLP over HTTP in JSON. Batches that a receiver refuses are dropped, with one warning. */
export class Exporter {
  readonly #settings: TraceSettings;
  readonly #version: string;
  readonly #log: Pick<Logger, "warn">;
  #queue: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(settings: TraceSettings, version: string, log: Pick<Logger, "warn">) {
    this.#settings = settings;
    this.#version = version;
    this.#log = log;
  }

  add(span: Span): void {
    const { maxQueue, maxBatch, delayMs } = this.#settings;
    if (this.#queue.length < maxQueue) this.#queue.push(span);
    else this.#failed(`more than ${maxQueue} spans wait`);
    if (this.#queue.length >= maxBatch) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), delayMs).unref();
  }

  /** Sends pending spans, for two seconds at most. */
  async close(): Promise<void> {
    this.#flush();
    await Promise.race([this.#sending, sleep(2000, undefined, { ref: false })]);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#queue.length === 0) return;
    this.#sending = this.#sending.then(async () => {
      while (this.#queue.length > 0) await this.#send(this.#queue.splice(0, this.#settings.maxBatch));
    });
  }

  async #send(spans: readonly Span[]): Promise<void> {
    const { url, headers, timeoutMs, isCompressed } = this.#settings;
    const text = JSON.stringify(this.#request(spans));
    const body = isCompressed ? gzipSync(text) : text;
    const type = { "content-type": "application/json", ...(isCompressed && { "content-encoding": "gzip" }) };
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const signal = AbortSignal.timeout(timeoutMs);
      const sent = fetch(url, { method: "POST", headers: { ...headers, ...type }, body, signal });
      const answer = await sent.catch((error: unknown) => reasonOf(error));
      if (typeof answer === "string") return this.#failed(answer);
      await answer.body?.cancel();
      if (answer.ok) {
        this.#isFailing = false;
        return;
      }
      if (!passing.has(answer.status) || attempt === attempts) return this.#failed(`HTTP ${answer.status}`);
      const retryAfterMs = Number(answer.headers.get("retry-after") ?? 0) * 1000;
      await sleep(Math.min(longestPauseMs, retryAfterMs || attempt * 500), undefined, { ref: false });
    }
  }

  #failed(reason: string): void {
    if (!this.#isFailing) this.#log.warn({ reason }, "traces could not be sent and are left out");
    this.#isFailing = true;
  }

  #request(spans: readonly Span[]) {
    const scope = { name: "praetor", version: this.#version };
    const resource = { "service.version": this.#version, ...this.#settings.resource };
    return {
      resourceSpans: [
        {
          resource: { attributes: attributesOf(resource) },
          scopeSpans: [{ scope, spans: spans.map(spanOf) }],
        },
      ],
    };
  }
}

const spanOf = (span: Span) => ({
  traceId: span.context.traceId,
  spanId: span.context.spanId,
  ...(span.parentId && { parentSpanId: span.parentId }),
  name: span.name,
  kind: span.kind,
  startTimeUnixNano: nanoseconds(span.began),
  endTimeUnixNano: nanoseconds(span.ended),
  attributes: attributesOf(span.attributes),
  links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
  status: span.failure === undefined ? {} : { code: 2, message: span.failure },
});

/** `fetch` only says that it failed; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = Object(error);
  const reason: unknown = cause instanceof Error ? cause : error;
  return reason instanceof Error ? reason.message : String(reason);
}

/** To the microsecond; numbers have no higher precision. */
const nanoseconds = (ms: number) => `${Math.round(ms * 1000)}000`;

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [{ key, value: typed(value) }],
  );

function typed(value: string | number | boolean) {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
