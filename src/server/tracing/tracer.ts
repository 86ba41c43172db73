import type { Logger } from "pino";
import type { RequestMetadata } from "../http/request-metadata.ts";
import { Exporter } from "./exporter.ts";
import { Root, Span, spanKinds } from "./span.ts";
import { readTraceparent, type TraceContext } from "./trace-context.ts";
import type { TraceSettings } from "./trace-settings.ts";

export interface TracerOptions {
  settings: TraceSettings;
  version: string;
  log: Pick<Logger, "warn">;
}

/** Starts traces of the server, or continues those of its callers. */
export class Tracer {
  readonly #settings: TraceSettings;
  readonly #exporter: Exporter;

  constructor({ settings, version, log }: TracerOptions) {
    this.#settings = settings;
    this.#exporter = new Exporter(settings, version, log);
  }

  /** Undefined when this request is not traced. */
  request(request: Request): Span | undefined {
    const parent = readTraceparent(request.headers.get("traceparent"));
    if (!this.#isWanted(parent)) return undefined;
    const span = new Span("request", { parent, kind: spanKinds.server, root: this.#root(true) });
    span.set({
      "http.request.method": request.method,
      "user_agent.original": request.headers.get("user-agent"),
    });
    return span;
  }

  /** Named by the route, never by the URL: URLs contain names. */
  answered(span: Span, { route, address, requestId }: RequestMetadata, status: number): void {
    const path = route?.path ?? "other";
    span.name = `${route?.method ?? span.attributes["http.request.method"]} ${path}`;
    span.set({
      ...{ "http.route": path, "http.response.status_code": status, "client.address": address },
      "praetor.request_id": requestId,
    });
    if (status >= 500) span.fail(`HTTP ${status}`);
    // Polled each second by monitoring.
    if (path !== "/health" && path !== "/ready") span.keep();
    span.end();
  }

  service(name: string): Span | undefined {
    if (!this.#isWanted(undefined)) return undefined;
    return new Span(`service ${name}`, { kind: spanKinds.internal, root: this.#root(true) });
  }

  close(): Promise<void> {
    return this.#exporter.close();
  }

  #isWanted(parent: TraceContext | undefined): boolean {
    const { followsParent, ratio } = this.#settings;
    return parent && followsParent ? parent.isSampled : ratio === 1 || Math.random() < ratio;
  }

  #root(isHeld: boolean): Root {
    return new Root((span) => this.#exporter.add(span), { isHeld });
  }
}
