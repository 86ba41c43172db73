import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import type { Logger } from "pino";
import { Problem } from "../schema/problems.ts";
import type { Route } from "../schema/route.ts";
import type { Settings } from "../schema/settings.ts";
import type { Store } from "../store/store.ts";
import { isAuthorized } from "./credentials.ts";
import { openApi } from "./openapi.ts";
import { serveAdmin } from "./routes/admin.ts";
import { serveArtifacts } from "./routes/artifacts.ts";
import { serveConcurrencyLimits } from "./routes/concurrency-limits.ts";
import { serveDashboard } from "./routes/dashboard.ts";
import { serveEvents } from "./routes/events.ts";
import { serveFlowRuns } from "./routes/flow-runs.ts";
import { serveFlows } from "./routes/flows.ts";
import { serveGraphs } from "./routes/graphs.ts";
import { serveLogs } from "./routes/logs.ts";
import { serveStates } from "./routes/states.ts";
import { serveTaskRuns } from "./routes/task-runs.ts";
import { serveVariables } from "./routes/variables.ts";
import { type Api, InvalidRequest, json } from "./serve.ts";

export interface AppOptions {
  store: Store;
  settings: Settings;
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Version of this package. */
  version: string;
  /** Serves what is not below `/api`: the dashboard. */
  site?: (request: Request) => Promise<Response | undefined>;
}

export interface App {
  fetch(request: Request): Promise<Response>;
  /** Every route that is served, in the order it was bound. */
  readonly routes: readonly Route[];
}

/** The HTTP side of the server: every route of the contract over one store. */
export function createApp(options: AppOptions): App {
  const { store, settings, log, site } = options;
  const now = options.now ?? Date.now;
  const hono = new Hono({ strict: false });
  const api: Api = { hono, routes: [] };
  hono.use(allowAnyOrigin);
  if (settings.apiAuthString) hono.use("/api/*", askForCredentials(settings.apiAuthString));
  hono.use("/api/*", checkApiVersion);

  serveAdmin(api, { settings, version: options.version, started: now() });
  serveFlows(api, store);
  serveFlowRuns(api, store);
  serveTaskRuns(api, store);
  serveStates(api, store);
  serveGraphs(api, store);
  serveLogs(api, store);
  serveArtifacts(api, store);
  serveVariables(api, store);
  serveConcurrencyLimits(api, store);
  serveEvents(api, store, now);
  serveDashboard(api, store);
  const description = openApi(api.routes, options.version);
  hono.get("/api/openapi.json", (c) => c.json(description()));

  hono.notFound(async (c) => {
    const isPage = site && (c.req.method === "GET" || c.req.method === "HEAD") && !isApi(c.req.path);
    return (isPage && (await site(c.req.raw))) || c.json({ detail: "Not Found" }, 404);
  });
  hono.onError((error, c) => answerError(error, c, log));
  return { fetch: async (request) => hono.fetch(request), routes: api.routes };
}

const isApi = (path: string) => path === "/api" || path.startsWith("/api/");

/** The dashboard may be served from anywhere; credentials travel in a header, never in a cookie. */
const allowAnyOrigin: MiddlewareHandler = async (c, next) => {
  c.header("access-control-allow-origin", "*");
  if (c.req.method !== "OPTIONS") {
    c.header("access-control-expose-headers", "*");
    return next();
  }
  const asked = c.req.header("access-control-request-headers");
  c.header("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  c.header("access-control-allow-headers", asked ?? "*");
  c.header("access-control-max-age", "600");
  return c.body(null, 204);
};

const isOpen = (path: string) => path.endsWith("/health") || path.endsWith("/ready");

const askForCredentials =
  (authString: string): MiddlewareHandler =>
  async (c, next) => {
    if (isOpen(c.req.path) || isAuthorized(c.req.header("authorization"), authString)) return next();
    return c.json({ exception_message: "Unauthorized" }, 401);
  };

const oldestApi = [0, 8, 0] as const;

/** Clients name the version of the API they speak; those that are too old are told so. */
const checkApiVersion: MiddlewareHandler = async (c, next) => {
  const header = c.req.header("x-prefect-api-version");
  if (header === undefined || isOpen(c.req.path)) return next();
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(header.trim());
  if (!match) {
    const detail = `Invalid X-PREFECT-API-VERSION header: expected a version such as 0.8.4, got ${JSON.stringify(header)}`;
    return c.json({ detail }, 400);
  }
  const given = match.slice(1).map((part) => Number(part ?? 0));
  const difference =
    oldestApi.map((part, index) => (given[index] ?? 0) - part).find((part) => part !== 0) ?? 0;
  if (difference >= 0) return next();
  return c.json(
    { detail: `The client speaks API version ${header}; this server needs ${oldestApi.join(".")} or newer.` },
    400,
  );
};

function answerError(error: Error, c: Context, log: Logger): Response {
  if (error instanceof Problem) {
    return json(c, { [error.key]: error.message }, error);
  }
  if (error instanceof InvalidRequest) {
    const body = {
      exception_message: error.message,
      exception_detail: error.issues,
      request_body: error.body,
    };
    return c.json(body, 422);
  }
  log.error({ err: error, method: c.req.method, path: c.req.path }, "a request failed");
  return c.json({ exception_message: "Internal Server Error" }, 500);
}
