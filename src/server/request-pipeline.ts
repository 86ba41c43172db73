import type { Hono } from "hono";
import type { Logger } from "pino";
import { executionContext } from "./execution-context.ts";
import type { Origins } from "./http/origins.ts";
import { type Fetch, newRequestMetadata, type RequestMetadata } from "./http/request-metadata.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { logRequest, requestIdOf } from "./requests-log.ts";
import type { Tracer } from "./tracing/tracer.ts";

interface PipelineOptions {
  hono: Hono<{ Bindings: RequestMetadata }>;
  /** The request guard: answers requests that do not reach a route. */
  stopped: (request: Request, metadata: RequestMetadata) => Response | undefined;
  origins: Origins;
  metrics: Metrics;
  log: Logger;
  trustProxy: boolean;
  tracer: Tracer | undefined;
}

/**
 * Wraps every request. Not as middleware of the router, which would add a third to
 * its time.
 */
export const requestPipeline =
  ({ hono, stopped, origins, metrics, log, trustProxy, tracer }: PipelineOptions): Fetch =>
  async (request, connection) => {
    const metadata = newRequestMetadata(request, trustProxy, connection);
    const began = performance.now();
    metadata.requestId = requestIdOf(request, log);
    const span = tracer?.request(request);
    const serve = async () => stopped(request, metadata) ?? (await hono.fetch(request, metadata));
    const isTold = span !== undefined || metadata.requestId !== undefined;
    const response = await (isTold
      ? executionContext.run({ requestId: metadata.requestId, log, span }, serve)
      : serve());
    const ms = performance.now() - began;
    metrics.observe(metadata, response.status, ms);
    if (span) tracer?.answered(span, metadata, response.status);
    logRequest(log, { request, metadata, status: response.status, ms, traceId: span?.context.traceId });
    if (metadata.setCookie !== undefined) {
      response.headers.append("set-cookie", metadata.setCookie);
      response.headers.set("cache-control", "no-store");
    }
    if (metadata.requestId !== undefined) response.headers.set("x-request-id", metadata.requestId);
    return origins.mark(request, response);
  };
