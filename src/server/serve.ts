import type { Context, Hono } from "hono";
import type { z } from "zod";
import { attemptHeader } from "../schema/attempt-tokens.ts";
import { problem } from "../schema/problems.ts";
import type { Output, Parsed, Route } from "../schema/route.ts";
import { type BodyLimits, bodyText } from "./http/bodies.ts";
import { dataHeaders } from "./http/headers.ts";
import type { RequestMetadata } from "./http/request-metadata.ts";
import { unstorableText } from "./http/unstorable-text.ts";
import { InvalidRequest, type Issue, maxDescribed } from "./invalid-request.ts";
import { parseInput, readBody } from "./request-bodies.ts";

/** Binds routes, and lists them. */
export interface Api {
  hono: Hono<Env>;
  routes: Route[];
  limits: BodyLimits;
  /** Refuses requests of given-up attempts, identified by their header. */
  fence: (header: string) => Promise<void>;
}
interface Env {
  Bindings: RequestMetadata;
}

/** An answer with a status other than the route's, or with headers. */
export class Reply<T> {
  readonly body: T;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(body: T, status: number, headers: Record<string, string> = {}) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

type Answer<R extends Route> = Output<R> | Reply<Output<R>> | Response;
export type Handler<R extends Route> = (input: Parsed<R>, c: Context<Env>) => Answer<R> | Promise<Answer<R>>;

const pathKeys = (route: Route) => [...route.path.matchAll(/:(\w+)/g)].map((match) => String(match[1]));

/** Binds a route: parses its input from path, query and body, and answers with the handler's result. */
export function serve<R extends Route>(api: Api, route: R, handler: Handler<R>): void {
  api.routes.push(route);
  const inPath = pathKeys(route);
  api.hono.on(route.method, `/api${route.path.replace(/\/$/, "")}`, async (c) => {
    c.env.route = route;
    if (!c.env.isAdmitted) throw problem("unauthorized", "Unauthorized", { key: "exception_message" });
    const max = route.maxBytes ?? (route.isBulk ? api.limits.bulk : api.limits.regular);
    const { input, body, isCareful } = await collect(route, { inPath, max }, c);
    const parsed = await parseInput(route, input, isCareful);
    if (!parsed.success) throw refusal(parsed.issues, { route, inPath, input, body });
    const attempt = route.isFenced ? undefined : c.req.header(attemptHeader);
    if (attempt !== undefined) await api.fence(attempt);
    return respond(route, await handler(parsed.data as Parsed<R>, c));
  });
}

interface Collected {
  inPath: readonly string[];
  /** Bytes of a body. */
  max: number;
}

async function collect(route: Route, { inPath, max }: Collected, c: Context<Env>) {
  const params = Object.fromEntries(inPath.map((key) => [key, c.req.param(key)]));
  const isBodiless = route.method === "GET" || route.method === "DELETE";
  const named: Record<string, unknown> = { ...(isBodiless && c.req.query()), ...params };
  const unkept = Object.keys(named).find((key) => String(named[key]).includes("\0"));
  if (unkept) throw new InvalidRequest([{ type: "string_type", loc: [unkept], msg: unstorableText }], null);
  if (isBodiless) return { input: named, body: null, isCareful: false };
  c.env.body = await bodyText(c, max);
  const { value: body, isCareful } = await readBody(c.env.body, route);
  if (route.bodyKey) return { input: { [route.bodyKey]: body, ...params }, body, isCareful };
  if (typeof body !== "object" || Array.isArray(body)) {
    throw new InvalidRequest(
      [{ type: "dict_type", loc: ["body"], msg: "expected a JSON object", input: body }],
      body,
    );
  }
  return { input: { ...body, ...params }, body, isCareful };
}

interface Refused {
  route: Route;
  inPath: readonly string[];
  input: unknown;
  body: unknown;
}

function refusal(issues: readonly z.core.$ZodIssue[], { route, inPath, input, body }: Refused): Error {
  const first = issues[0];
  const isUnknownId = issues.some(
    ({ path: [key] }) => inPath.includes(String(key)) && /(^|_)id$/.test(String(key)),
  );
  if (isUnknownId) return problem("not-found", "Not Found");
  if (first?.path.length === 1 && first.path[0] === "limit" && first.message.startsWith("Invalid limit")) {
    return problem("invalid", first.message);
  }
  const place = (key: unknown) => (inPath.includes(String(key)) ? "path" : bodyOrQuery(route));
  const described = issues
    .slice(0, maxDescribed)
    .flatMap(flatten)
    .map(({ type, path, msg }): Issue => {
      const [key, ...rest] = path;
      const where = route.bodyKey && key === route.bodyKey ? ["body", ...rest] : [place(key), ...path];
      return { type, loc: where, msg, input: valueAt(input, path) };
    });
  return new InvalidRequest(described, body);
}

const bodyOrQuery = (route: Route) =>
  route.method === "GET" || route.method === "DELETE" ? "query" : "body";

interface Flat {
  type: string;
  path: (string | number)[];
  msg: string;
}
function flatten(issue: z.core.$ZodIssue): Flat[] {
  const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code !== "unrecognized_keys") return [{ type: issue.code, path, msg: issue.message }];
  return issue.keys.map((key) => ({
    type: "extra_forbidden",
    path: [...path, key],
    msg: `${key} is not a key of this object`,
  }));
}

const valueAt = (input: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    input,
  );

function respond<R extends Route>(route: Route, answer: Answer<R>): Response {
  if (answer instanceof Response) return answer;
  if (answer instanceof Reply) return json(answer.body, answer);
  return json(answer, { status: route.status });
}

interface Head {
  status: number;
  headers?: Record<string, string>;
}

/** A JSON answer; without a body for undefined. */
export function json(body: unknown, { status, headers }: Head): Response {
  // Plain objects as headers, and no other way: the node adapter has a fast path for these, three times as fast.
  if (body === undefined) return new Response(null, { status, headers: { ...dataHeaders, ...headers } });
  return jsonText(JSON.stringify(body), { status, headers });
}

/** Of a text, or of one in UTF-8. */
export function jsonText(text: string | Uint8Array<ArrayBuffer>, { status, headers }: Head): Response {
  const type = { "content-type": "application/json" };
  return new Response(text, { status, headers: { ...dataHeaders, ...type, ...headers } });
}

/**
 * The same for bytes that are not used afterwards. Left to the garbage collector, the lists of a few hundred answers would
 * cause full collections: a fifth of their cost.
 */
export function jsonOnce(bytes: Uint8Array<ArrayBuffer>, { env }: Context<Env>): Response {
  const { buffer } = bytes;
  // A shared buffer is larger.
  if (buffer.byteLength === bytes.byteLength) env.onSent?.(() => void buffer.transfer(0));
  return jsonText(bytes, { status: 200 });
}

/** 201 when the row was created, 200 when it existed. */
export const created = <T>({ row, isNew }: { row: T; isNew: boolean }): Reply<T> =>
  new Reply(row, isNew ? 201 : 200);

/** The row, or a 404. */
export function found<T>(row: T | undefined, message: string): T {
  if (row === undefined) throw problem("not-found", message);
  return row;
}

/** For verbs that return whether the row existed: 404 if not. */
export function done(isDone: boolean, message: string): undefined {
  if (!isDone) throw problem("not-found", message);
  return undefined;
}
