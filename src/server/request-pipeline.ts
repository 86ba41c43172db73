import type { Hono } from "hono";
import type { Logger } from "pino";
import type { App } from "./app.ts";
import { occasion } from "./execution-context.ts";
import type { Origins } from "./http/origins.ts";
import { newVisit, type Visit } from "./http/request-metadata.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { requestIdOf, tellOfRequest } from "./requests-log.ts";
import type { Tracer } from "./tracing/tracer.ts";

interface AttendOptions {
  hono: Hono<{ Bindings: Visit }>;
  /** The door: answers what does not get as far as a route. */
  stopped: (request: Request, visit: Visit) => Response | undefined;
  origins: Origins;
  metrics: Metrics;
  log: Logger;
  trustProxy: boolean;
  tracer: Tracer | undefined;
}

/**
 * What happens around every request. Not as middleware of the router: that would cost every request a third of
 * its time.
 */
export const attend =
  ({ hono, stopped, origins, metrics, log, trustProxy, tracer }: AttendOptions): App["fetch"] =>
  async (request, connection) => {
    const visit = newVisit(request, trustProxy, connection);
    const began = performance.now();
    visit.requestId = requestIdOf(request, log);
    const span = tracer?.request(request);
    const serve = async () => stopped(request, visit) ?? (await hono.fetch(request, visit));
    const isTold = span !== undefined || visit.requestId !== undefined;
    const response = await (isTold
      ? occasion.run({ requestId: visit.requestId, log, span }, serve)
      : serve());
    const ms = performance.now() - began;
    metrics.observe(visit, response.status, ms);
    if (span) tracer?.answered(span, visit, response.status);
    tellOfRequest(log, { request, visit, status: response.status, ms, traceId: span?.context.traceId });
    if (visit.requestId !== undefined) response.headers.set("x-request-id", visit.requestId);
    return origins.mark(request, response);
  };
