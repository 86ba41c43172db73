import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { fires } from "../rules/schedules.ts";
import { Problem } from "../schema/problems.ts";
import type { Route } from "../schema/route.ts";
import type { Settings } from "../schema/settings.ts";
import type { Store } from "../store/store.ts";
import { isAuthorized } from "./credentials.ts";
import { HandingOut } from "./handing-out.ts";
import { openApi } from "./openapi.ts";
import { serveAdmin, serverInfo } from "./routes/admin.ts";
import { serveArtifacts } from "./routes/artifacts.ts";
import { serveCollections } from "./routes/collections.ts";
import { serveConcurrencyLimits } from "./routes/concurrency-limits.ts";
import { serveDashboard } from "./routes/dashboard.ts";
import { serveDeployments } from "./routes/deployments.ts";
import { serveEvents } from "./routes/events.ts";
import { serveFlowRuns } from "./routes/flow-runs.ts";
import { serveFlows } from "./routes/flows.ts";
import { serveGraphs } from "./routes/graphs.ts";
import { serveLogs } from "./routes/logs.ts";
import { serveRecentRuns } from "./routes/recent-runs.ts";
import { serveSlots } from "./routes/slots.ts";
import { serveStates } from "./routes/states.ts";
import { serveTaskRuns } from "./routes/task-runs.ts";
import { serveVariables } from "./routes/variables.ts";
import { serveWaiting } from "./routes/waiting.ts";
import { serveWorkPools } from "./routes/work-pools.ts";
import { serveWorkQueues } from "./routes/work-queues.ts";
import { serveWorkers } from "./routes/workers.ts";
import type { Fires } from "./schedules.ts";
import { type Api, InvalidRequest, json } from "./serve.ts";
import type { Site } from "./site.ts";
import { Waiters } from "./waiters.ts";

export interface AppOptions {
  store: Store;
  settings: Settings;
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** When schedules fire; computed in place where it is left out. */
  fires?: Fires;
  /** Version of this package. */
  version: string;
  /** Serves what is not below `/api`: the dashboard. */
  site?: Site;
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
  const origin = { store, version: options.version, started: now() };
  const info = () => serverInfo(origin);
  serveAdmin(api, { settings, info });
  serveFlows(api, store);
  serveFlowRuns(api, store);
  serveTaskRuns(api, store);
  serveStates(api, store);
  serveGraphs(api, store);
  serveLogs(api, store);
  serveArtifacts(api, store);
  serveVariables(api, store);
  const waiters = new Waiters(store, now);
  serveConcurrencyLimits(api, store, waiters);
  serveSlots(api, store, waiters);
  serveWaiting(api, { store, waiters, now });
  const handingOut = new HandingOut(store, now);
  serveWorkPools(api, store, handingOut);
  serveWorkQueues(api, { store, handingOut, now });
  serveWorkers(api, store);
  serveCollections(api);
  serveDeployments(api, store, { now, fires: options.fires ?? fires });
  serveRecentRuns(api, store);
  serveEvents(api, store, now);
  serveDashboard(api, store);
  const description = openApi(api.routes, options.version);
  hono.get("/api/openapi.json", () => json(description(), { status: 200 }));

  hono.notFound(async (c) => {
    const isPage = site && (c.req.method === "GET" || c.req.method === "HEAD") && !isApi(c.req.path);
    // Who has to sign in first learns nothing before.
    const told = settings.apiAuthString ? null : info();
    return (isPage && (await site(c.req.raw, told))) || json({ detail: "Not Found" }, { status: 404 });
  });
  hono.onError((error, c) => answerError(error, c, log));
  // Before the router, not as its middleware: that would cost every request a third of its time.
  return {
    fetch: async (request) => stopped(request, settings.apiAuthString) ?? hono.fetch(request),
    routes: api.routes,
  };
}

/** The answer to a request that does not get as far as a route. */
function stopped(request: Request, authString: string | undefined): Response | undefined {
  if (request.method === "OPTIONS") return preflight(request);
  const path = pathOf(request.url);
  if (!isApi(path) || path.endsWith("/health") || path.endsWith("/ready")) return undefined;
  if (authString && !isAuthorized(request.headers.get("authorization"), authString)) {
    return json({ exception_message: "Unauthorized" }, { status: 401 });
  }
  const version = request.headers.get("x-prefect-api-version");
  const detail = version === null ? undefined : refusedVersion(version);
  return detail === undefined ? undefined : json({ detail }, { status: 400 });
}

const isApi = (path: string) => path === "/api" || path.startsWith("/api/");

/** Without the parser of URLs, which takes longer than the routing. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return url.slice(start, end === -1 ? undefined : end);
}

function preflight(request: Request): Response {
  const headers = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "*",
    "access-control-max-age": "600",
  };
  return json(undefined, { status: 204, headers });
}

const oldestApi = [0, 8, 0] as const;

/** Clients name the version of the API they speak; those that are too old are told so. */
function refusedVersion(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) {
    return `Invalid X-PREFECT-API-VERSION header: expected a version such as 0.8.4, got ${JSON.stringify(text)}`;
  }
  const given = match.slice(1).map((part) => Number(part ?? 0));
  const difference = oldestApi.map((part, index) => (given[index] ?? 0) - part).find((part) => part !== 0);
  if ((difference ?? 0) >= 0) return undefined;
  return `The client speaks API version ${text}; this server needs ${oldestApi.join(".")} or newer.`;
}

function answerError(error: Error, c: Context, log: Logger): Response {
  if (error instanceof Problem) {
    return json({ [error.key]: error.message }, error);
  }
  if (error instanceof InvalidRequest) {
    const body = {
      exception_message: error.message,
      exception_detail: error.issues,
      request_body: error.body,
    };
    return json(body, { status: 422 });
  }
  log.error({ err: error, method: c.req.method, path: c.req.path }, "a request failed");
  return json({ exception_message: "Internal Server Error" }, { status: 500 });
}
