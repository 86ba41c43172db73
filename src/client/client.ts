import { attemptHeader, givenUpValue } from "../schema/attempt-tokens.ts";
import { settled } from "../schema/exact-bodies.ts";
import { mayHoldWritten, parseExact } from "../schema/exact-json.ts";
import type { ProblemCode } from "../schema/problems.ts";
import { problemStatus } from "../schema/problems.ts";
import { type Input, type Output, type Route, splitInput } from "../schema/route.ts";
import { CsrfTokens, wantsCsrf } from "./csrf.ts";

/** How a request reaches a server: `fetch` over the network, or the app's own `fetch` in the same process. */
export type Send = (request: Request) => Promise<Response>;

/** An error response. `code` is one of the table in schema/problems.ts. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ProblemCode | "unknown";
  readonly body: unknown;
  /** Seconds after which to retry, as the server suggests. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: number, body: unknown, retryAfter?: number) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
    const found = Object.entries(problemStatus).find(([, known]) => known === status);
    this.code = found ? (found[0] as ProblemCode) : "unknown";
  }
}

/** Another attempt has the run by now: the server refuses further writes of this one. */
export class GivenUpError extends ApiError {
  constructor(message: string, body: unknown) {
    super(message, problemStatus.conflict, body);
    this.name = "GivenUpError";
  }
}

/** User agent of programs of this package. The server infers from it that they renew the lease of their run. */
export const userAgent = "praetor/0.1.0";

export interface ClientOptions {
  /** Base of the API with `/api`; a path is enough in a browser and in process. */
  baseUrl: string;
  send?: Send;
  /** `user:password` of the server. */
  authString?: string | undefined;
  apiKey?: string | undefined;
  /**
   * Whether numbers that JavaScript would format differently (1.0, long integers) keep their original text, where the
   * contract allows any JSON: for values sent back unchanged. See schema/exact-json.ts.
   */
  keepsNumbers?: boolean;
  /** `userAgent`, or none in a browser, which sets its own. */
  agent?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export interface Client {
  readonly baseUrl: string;
  /** Calls one route. Throws ApiError for an error response, and the error of `send` when there is no response. */
  call<R extends Route>(route: R, input: Input<R>, options?: CallOptions): Promise<Output<R>>;
}

/**
 * The only client: calls any route of the contract over any transport.
 *
 * @example
 * const client = createClient({ baseUrl: "http://127.0.0.1:4200/api" });
 * const run = await client.call(flowRuns.read, { id });
 */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, send = fetch, keepsNumbers = false } = options;
  const always = { ...authorization(options), ...(options.agent ? { "user-agent": options.agent } : {}) };
  const csrf = new CsrfTokens();
  return {
    baseUrl,
    async call(route, input, { signal, headers } = {}) {
      const { url, body } = address(baseUrl, route, input);
      const isChange = route.method !== "GET";
      const made = () =>
        new Request(url, {
          method: route.method,
          headers: {
            ...always,
            ...(isChange ? csrf.headers() : {}),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal ? { signal } : {}),
        });
      const shown = csrf.current;
      let response = await send(made());
      if (isChange && (await wantsCsrf(response))) {
        const readToken = (path: string) =>
          send(new Request(`${baseUrl}${path}`, { headers: { ...always, ...headers } }));
        if (await csrf.replace(shown, readToken)) response = await send(made());
      }
      return (await read(response, route, keepsNumbers)) as never;
    },
  };
}

/** The header that carries the credentials, if there are any. */
export function authorization(options: Pick<ClientOptions, "authString" | "apiKey">): Record<string, string> {
  if (options.authString) return { authorization: `Basic ${base64(options.authString)}` };
  if (options.apiKey) return { authorization: `Bearer ${options.apiKey}` };
  return {};
}

/** The `token` of a socket's first message: not encoded, as a Prefect server does not accept base64 there. */
export const socketToken = (options: Pick<ClientOptions, "authString" | "apiKey">): string | null =>
  options.authString ?? options.apiKey ?? null;

/** The address of a socket below the API's base. */
export const socketUrl = (baseUrl: string, path: string): string =>
  `${baseUrl.replace(/^http/, "ws")}${path}`;

function address<R extends Route>(baseUrl: string, route: R, input: Input<R>) {
  const { path, query, body } = splitInput(route, (input ?? {}) as Record<string, unknown>);
  const search = new URLSearchParams(query).toString();
  return { url: `${baseUrl}${path}${search ? `?${search}` : ""}`, body };
}

async function read(response: Response, route: Route, keepsNumbers: boolean): Promise<unknown> {
  const text = await response.text();
  if (response.ok) {
    if (text === "") return undefined;
    if (!response.headers.get("content-type")?.includes("json")) return text;
    if (!keepsNumbers || !mayHoldWritten(text)) return JSON.parse(text);
    return settled(route.output, parseExact(text));
  }
  const body = parseOr(text);
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  const what = `${route.method} ${route.path}: ${response.status} ${explain(body) ?? response.statusText}`;
  if (response.headers.get(attemptHeader) === givenUpValue) throw new GivenUpError(what, body);
  throw new ApiError(what, response.status, body, Number.isNaN(after) ? undefined : after);
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function explain(body: unknown): string | undefined {
  if (typeof body === "string") return body.slice(0, 200);
  if (typeof body !== "object" || body === null) return undefined;
  const { detail, exception_message: message, exception_detail: issues } = body as Record<string, unknown>;
  const first = Array.isArray(issues)
    ? (issues[0] as { loc?: unknown[]; msg?: string } | undefined)
    : undefined;
  if (first) return `${message} ${first.loc?.join(".")}: ${first.msg}`;
  if (typeof detail === "string") return detail;
  return typeof message === "string" ? message : undefined;
}

// btoa expects bytes as characters, so text beyond Latin-1 is encoded as UTF-8 first.
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
