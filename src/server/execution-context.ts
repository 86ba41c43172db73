import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "pino";
import type { Attributes, Span } from "./tracing/span.ts";
import { traceparentOf } from "./tracing/trace-context.ts";

/** The request or background service that code runs for. */
export interface ExecutionContext {
  requestId?: string | undefined;
  service?: string;
  log: Pick<Logger, "debug">;
  /** Present when this context is traced. */
  span?: Span | undefined;
}

/** Carried through all calls, so that log lines and spans refer to their request. */
export const executionContext = new AsyncLocalStorage<ExecutionContext | undefined>();

/** Fields of every log line. */
export function contextLogFields(): Record<string, string> {
  const { requestId, service, span } = executionContext.getStore() ?? {};
  return {
    ...(requestId && { requestId }),
    ...(service && { service }),
    ...(span && { trace_id: span.context.traceId, span_id: span.context.spanId }),
  };
}

/** Runs a function within a child span, if there is a parent span. */
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

/** Label in which Prefect's clients store the trace of a run. */
export const traceparentLabel = "__OTEL_TRACEPARENT";

/** The labels of a run with the requesting trace, which the run's process continues. */
export function withTraceparent<T>(labels: Record<string, T>): Record<string, T | string> {
  const span = executionContext.getStore()?.span;
  return span ? { [traceparentLabel]: traceparentOf(span.context), ...labels } : labels;
}

/** Records the outcome of a proposal and the rule that decided it. */
export function traceTransition(span: Span | undefined, attributes: Attributes): void {
  span?.set(attributes);
  span?.keep();
  executionContext.getStore()?.log.debug(attributes, "transition");
}
