import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { RequestMetadata } from "./http/request-metadata.ts";

const usable = /^[\w.:/+=-]{1,128}$/;

/** The id of a request in logs: the one it sent, or a new one if requests are logged. */
export function requestIdOf(request: Request, log: Logger): string | undefined {
  const header = request.headers.get("x-request-id");
  if (header !== null && usable.test(header)) return header;
  return log.isLevelEnabled("info") ? randomUUID() : undefined;
}

interface LoggedRequest {
  request: Request;
  metadata: RequestMetadata;
  status: number;
  ms: number;
  /** The trace that the request is a part of. */
  traceId: string | undefined;
}

/** One log line per request, without body and query. */
export function logRequest(log: Logger, { request, metadata, status, ms, traceId }: LoggedRequest): void {
  if (!log.isLevelEnabled("info")) return;
  const { route, requestId, address } = metadata;
  const fields = {
    requestId,
    method: request.method,
    route: route?.path ?? "other",
    status,
    address,
    trace_id: traceId,
  };
  log.info({ ...fields, ms: Math.round(ms * 100) / 100 }, "request");
}
