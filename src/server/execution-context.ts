import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "pino";
import type { Attributes, Span } from "./tracing/span.ts";
import { traceparentOf } from "./tracing/trace-context.ts";

/** On whose behalf something is done: a request, or one of the server's own services. */
export interface ExecutionContext {
  requestId?: string | undefined;
  service?: string;
  log: Pick<Logger, "debug">;
  /** Present where the server is traced, and this is. */
  span?: Span | undefined;
}

/** Known wherever it leads to, so that lines of the log and spans find their request. */
export const executionContext = new AsyncLocalStorage<ExecutionContext | undefined>();

/** What every line of the log says of its occasion. */
export function contextLogFields(): Record<string, string> {
  const { requestId, service, span } = executionContext.getStore() ?? {};
  return {
    ...(requestId && { requestId }),
    ...(service && { service }),
    ...(span && { trace_id: span.context.traceId, span_id: span.context.spanId }),
  };
}

/** Does something within a span of its own, where there is one that it can be a part of. */
export async function withinSpan<T>(name: string, work: (span?: Span) => Promise<T>): Promise<T> {
  const here = executionContext.getStore();
  if (!here?.span) return work();
  const span = here.span.child(name);
  try {
    return await executionContext.run({ ...here, span }, work, span);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** Where Prefect's clients keep the trace that a run belongs to. */
export const traceparentLabel = "__OTEL_TRACEPARENT";

/** The labels of a run, with the trace that asked for it: whoever runs it continues with that. */
export function withTraceparent<T>(labels: Record<string, T>): Record<string, T | string> {
  const span = executionContext.getStore()?.span;
  return span ? { [traceparentLabel]: traceparentOf(span.context), ...labels } : labels;
}

/** Tells what became of a proposal, and which rule has decided so. */
export function traceTransition(span: Span | undefined, attributes: Attributes): void {
  span?.set(attributes);
  span?.keep();
  executionContext.getStore()?.log.debug(attributes, "transition");
}
