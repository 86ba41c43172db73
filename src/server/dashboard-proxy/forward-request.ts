import { dataHeaders } from "../http/headers.ts";
import { json } from "../serve.ts";
import type { CsrfTokens } from "./csrf-tokens.ts";
import type { Upstream } from "./upstream.ts";

/** Headers of a connection, not of the request (RFC 9110, 7.6.1). */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/**
 * Not forwarded to the server: credentials and cookies of the dashboard itself, headers that describe the page, which is
 * not one of the server's, and headers that `fetch` sets.
 */
const keptFromServer: ReadonlySet<string> = new Set([
  ...hopByHop,
  ...["authorization", "cookie", "host", "origin", "referer", "forwarded", "x-real-ip"],
  ...["accept-encoding", "content-length", "expect"],
]);
/** Not forwarded to the browser: `fetch` decompresses bodies; cookies and permissions of the server belong to its origin. */
const keptFromBrowser: ReadonlySet<string> = new Set([
  ...hopByHop,
  ...["content-encoding", "content-length", "set-cookie", "alt-svc", "strict-transport-security"],
  ...Object.keys(dataHeaders),
]);

interface ForwardOptions {
  upstream: Upstream;
  csrf: CsrfTokens;
  /** Maximum bytes of a request. */
  maxBody: number;
  /** Milliseconds until the response of the server must begin. */
  patienceMs: number;
}

/** Forwards a request for `/api/…` to the server. Bodies are streamed in both directions. */
export async function forwardRequest(request: Request, options: ForwardOptions): Promise<Response> {
  const { upstream, csrf, maxBody, patienceMs } = options;
  const target = targetOf(request.url, upstream.apiUrl);
  if (!target) return json({ detail: "Not Found" }, { status: 404 });
  if (Number(request.headers.get("content-length") ?? 0) > maxBody) return tooLarge(maxBody);
  const size = { isExceeded: false };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  const body = hasBody(request) ? request.body?.pipeThrough(bounded(maxBody, size)) : undefined;
  const headers = requestHeaders(request.headers, upstream);
  // A client with its own token is not a page of this dashboard.
  const addsToken = changes.has(request.method) && !headers.has("prefect-csrf-token");
  try {
    if (addsToken) for (const [name, value] of Object.entries(await csrf.headers())) headers.set(name, value);
    const answer = await fetch(target, {
      method: request.method,
      headers,
      ...(body ? { body, duplex: "half" } : {}),
      redirect: "manual",
      signal: AbortSignal.any([request.signal, late.signal]),
    });
    if (addsToken && answer.status === 403) csrf.refused();
    return answerOf(answer, target, upstream);
  } catch (error) {
    if (size.isExceeded) return tooLarge(maxBody);
    if (late.signal.aborted) {
      const detail = `The server at ${upstream.apiUrl} did not answer within ${patienceMs / 1000} s.`;
      return json({ detail }, { status: 504 });
    }
    return json({ detail: `No server answers at ${upstream.apiUrl} (${reasonOf(error)}).` }, { status: 502 });
  } finally {
    clearTimeout(timer);
  }
}

const changes: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** The upstream URL; undefined if the path leaves the API of the server. */
function targetOf(requested: string, apiUrl: string): URL | undefined {
  const { pathname, search } = new URL(requested);
  const target = new URL(`${apiUrl}${pathname.slice("/api".length)}${search}`);
  return target.href.startsWith(`${new URL(apiUrl).href.replace(/\/$/, "")}/`) ? target : undefined;
}

const hasBody = ({ method, headers }: Request): boolean =>
  method !== "GET" &&
  method !== "HEAD" &&
  (Number(headers.get("content-length") ?? 0) > 0 || headers.has("transfer-encoding"));

/** Aborts a body that exceeds its maximum. */
function bounded(max: number, size: { isExceeded: boolean }): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(part, controller) {
      length += part.length;
      size.isExceeded = length > max;
      if (size.isExceeded) controller.error(new Error("The body is too large."));
      else controller.enqueue(part);
    },
  });
}

function requestHeaders(headers: Headers, { authorization }: Upstream): Headers {
  const kept = without(headers, keptFromServer);
  for (const name of [...kept.keys()]) if (/^(sec|x-forwarded)-/.test(name)) kept.delete(name);
  if (authorization !== undefined) kept.set("authorization", authorization);
  return kept;
}

/** Without these headers and those that `Connection` names. */
function without(headers: Headers, names: ReadonlySet<string>): Headers {
  const named = (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return new Headers([...headers].filter(([name]) => !names.has(name) && !named.includes(name)));
}

function answerOf(answer: Response, target: URL, { apiUrl, authorization }: Upstream): Response {
  // The browser cannot fix it, and a 401 would make it prompt for a password.
  if (answer.status === 401) {
    void answer.body?.cancel();
    const detail = `The server at ${apiUrl} ${authorization === undefined ? "asks for a password or key" : "refuses the password or key of this dashboard"}. Restart \`praetor dashboard\` with the right one.`;
    return json({ detail }, { status: 502 });
  }
  const headers = without(answer.headers, keptFromBrowser);
  for (const name of [...headers.keys()]) if (name.startsWith("access-control-")) headers.delete(name);
  const location = headers.get("location");
  if (location !== null) {
    const place = new URL(location, target).href;
    if (!place.startsWith(`${apiUrl}/`)) {
      void answer.body?.cancel();
      const detail = `The server at ${apiUrl} redirects to ${place}. Restart \`praetor dashboard\` with the address that it has now.`;
      return json({ detail }, { status: 502 });
    }
    headers.set("location", `/api${place.slice(apiUrl.length)}`);
  }
  // Always data: no page of the server may run in the origin of the dashboard.
  for (const [name, value] of Object.entries(dataHeaders)) headers.set(name, value);
  return new Response(answer.body, { status: answer.status, headers });
}

const tooLarge = (max: number): Response =>
  json({ detail: `Expected a request of at most ${max / (1024 * 1024)} MB.` }, { status: 413 });

/** The cause of the "fetch failed" error. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
