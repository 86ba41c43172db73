import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { fires } from "../rules/schedules.ts";
import type { Route } from "../schema/route.ts";
import type { Settings } from "../schema/settings.ts";
import { isOutOfDisk, isTooSlow, whyUnavailable } from "../store/engine/errors.ts";
import type { Store } from "../store/store.ts";
import { answerProblem } from "./answer-problem.ts";
import { BackgroundTasks } from "./background-tasks.ts";
import { Documents } from "./blocks/documents.ts";
import { Vault } from "./blocks/vault.ts";
import { fence } from "./fence.ts";
import { bodyLimits } from "./http/bodies.ts";
import { Csrf } from "./http/csrf.ts";
import { FailedLogins } from "./http/failed-logins.ts";
import { isApi, requestGuard } from "./http/guard.ts";
import type { Hosts } from "./http/hosts.ts";
import { Origins } from "./http/origins.ts";
import type { Connection, RequestMetadata } from "./http/request-metadata.ts";
import { Sessions } from "./http/sessions.ts";
import { Metrics } from "./metrics/metrics.ts";
import { openApi } from "./openapi.ts";
import { requestPipeline } from "./request-pipeline.ts";
import { serveAdmin, serverInfo } from "./routes/admin.ts";
import { serveArtifacts } from "./routes/artifacts.ts";
import { serveAttempts } from "./routes/attempts.ts";
import { serveAutomationTools } from "./routes/automation-tools.ts";
import { serveAutomations } from "./routes/automations.ts";
import { serveBlocks } from "./routes/blocks.ts";
import { serveCollections } from "./routes/collections.ts";
import { serveConcurrencyLimits } from "./routes/concurrency-limits.ts";
import { serveDashboard } from "./routes/dashboard.ts";
import { serveDeployments } from "./routes/deployments.ts";
import { serveEvents } from "./routes/events.ts";
import { serveFailures } from "./routes/failures.ts";
import { serveFlowRuns } from "./routes/flow-runs.ts";
import { serveFlows } from "./routes/flows.ts";
import { serveGraphs } from "./routes/graphs.ts";
import { serveHandover } from "./routes/handover.ts";
import { serveLogFiles } from "./routes/log-files.ts";
import { serveLogs } from "./routes/logs.ts";
import { serveMetrics } from "./routes/metrics.ts";
import { serveOverview } from "./routes/overview.ts";
import { servePlainNouns } from "./routes/plain-nouns.ts";
import { serveRecentRuns } from "./routes/recent-runs.ts";
import { serveRunSummary } from "./routes/run-summary.ts";
import { serveSavedSearches } from "./routes/saved-searches.ts";
import { serveSelections } from "./routes/selections.ts";
import { serveSession } from "./routes/session.ts";
import { serveSlots } from "./routes/slots.ts";
import { serveStates } from "./routes/states.ts";
import { serveTaskHistory } from "./routes/task-history.ts";
import { serveTaskRuns } from "./routes/task-runs.ts";
import { serveTaskWorkers } from "./routes/task-workers.ts";
import { serveVariables } from "./routes/variables.ts";
import { serveWaiting } from "./routes/waiting.ts";
import { serveWorkPools } from "./routes/work-pools.ts";
import { serveWorkQueues } from "./routes/work-queues.ts";
import { serveWorkers } from "./routes/workers.ts";
import { RunDispatcher } from "./run-dispatch.ts";
import type { Fires } from "./schedules.ts";
import { type Api, json } from "./serve.ts";
import { ServiceMonitor } from "./services/service-monitor.ts";
import type { Site } from "./site.ts";
import { SlotWaiters } from "./slot-waiters.ts";
import type { Tracer } from "./tracing/tracer.ts";

export interface AppOptions {
  store: Store;
  settings: Settings;
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Computes schedule fires; computed in place when absent. */
  fires?: Fires;
  /** Runs for task workers; none when absent. */
  tasks?: BackgroundTasks;
  /** Encrypts secrets; created from the settings when absent. */
  vault?: Vault;
  /** Version of this package. */
  version: string;
  /** Accepted host names; any when absent. */
  hosts?: Hosts;
  /** Shared with the sockets, which accept passwords too. */
  logins?: FailedLogins;
  /** Shared with the sockets, which accept the same cookies. */
  sessions?: Sessions;
  /** Credential, beside the password, for processes that can read the lock file. */
  localToken?: string;
  /** Shared with the sockets, which count their clients. */
  metrics?: Metrics;
  /** Reports requests as spans when tracing is on. */
  tracer?: Tracer;
  /** Secret of CSRF tokens, if it is not the password. */
  csrfSecret?: string;
  /** Held requests for slots; released when the server stops. */
  waiters?: SlotWaiters;
  /** Health of the services of this process; none when absent. */
  monitor?: ServiceMonitor;
  /** File of the store, if it is one: its size is reported. */
  database?: string;
  /** Serves what is not below `/api`: the dashboard. */
  site?: Site;
  /** Called when a server asks for the store; not offered when absent. */
  onHandover?: (pid: number) => void;
}

export interface App {
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Every route served, in binding order. */
  readonly routes: readonly Route[];
}

/** The HTTP side of the server: every route of the contract over one store. */
export function createApp(options: AppOptions): App {
  const { store, settings, log, site } = options;
  const now = options.now ?? Date.now;
  const hono: Api["hono"] = new Hono({ strict: false });
  const metrics = options.metrics ?? new Metrics();
  const api: Api = { hono, routes: [], limits: bodyLimits(settings.maxBodyMegabytes), fence: fence(store) };
  const csrf = settings.csrfEnabled ? new Csrf(options.csrfSecret ?? settings.apiAuthString, now) : undefined;
  const origin = { store, version: options.version, started: now() };
  const info = () => serverInfo(origin);
  serveAdmin(api, { settings, store, database: options.database, info, csrf });
  const logins = options.logins ?? new FailedLogins(now);
  const sessions = options.sessions ?? new Sessions({ authString: settings.apiAuthString, now });
  serveSession(api, { authString: settings.apiAuthString, sessions, logins });
  serveFlows(api, store);
  serveFlowRuns(api, store, settings);
  const tasks = options.tasks ?? new BackgroundTasks(store, now);
  serveTaskRuns(api, store, tasks);
  serveTaskWorkers(api, tasks);
  serveRows(api, store, now);
  serveBlocks(api, store, new Documents(store, options.vault ?? new Vault(store, settings), now));
  const waiters = options.waiters ?? new SlotWaiters(store, now);
  serveConcurrencyLimits(api, store, waiters);
  serveSlots(api, { store, waiters, now });
  serveWaiting(api, { store, waiters, now });
  serveRunSummary(api, { store, waiters, now });
  serveOverview(api, { store, waiters, now });
  const dispatcher = new RunDispatcher(store, now);
  serveWorkPools(api, store, dispatcher);
  serveWorkQueues(api, { store, dispatcher, now });
  serveWorkers(api, store);
  serveCollections(api);
  serveDeployments(api, store, { now, fires: options.fires ?? fires });
  serveRecentRuns(api, store);
  serveEvents(api, store, now);
  serveAutomations(api, store, now);
  serveAutomationTools(api, { store, now, site: settings.uiUrl });
  serveAttempts(api, store, now);
  serveSelections(api, { store, tasks, log });
  if (options.onHandover) serveHandover(api, options.onHandover);
  const description = openApi(api.routes, options.version);
  hono.get("/api/openapi.json", (c) =>
    c.env.isAdmitted
      ? json(description(), { status: 200 })
      : json({ exception_message: "Unauthorized" }, { status: 401 }),
  );
  const monitor = options.monitor ?? new ServiceMonitor(now);
  serveMetrics(api, { metrics, store, monitor, database: options.database, now });

  hono.notFound(async (c) => {
    const isPage = site && (c.req.method === "GET" || c.req.method === "HEAD") && !isApi(c.req.path);
    // Nothing is disclosed before sign-in.
    const publicInfo = settings.apiAuthString ? null : info();
    return (isPage && (await site(c.req.raw, publicInfo))) || json({ detail: "Not Found" }, { status: 404 });
  });
  hono.onError((error, c) => answerError(error, c, log));
  const origins = new Origins(settings.corsOrigins);
  const stopped = requestGuard({
    ...{ settings, origins, csrf, logins, sessions, hosts: options.hosts },
    localToken: options.localToken,
  });
  return {
    fetch: requestPipeline({
      ...{ hono, stopped, origins, metrics, log },
      ...{ trustProxy: settings.trustProxy, tracer: options.tracer },
    }),
    routes: api.routes,
  };
}

/** What needs nothing but the store. */
function serveRows(api: Api, store: Store, now: () => number): void {
  serveStates(api, store, now);
  serveGraphs(api, store);
  serveTaskHistory(api, store);
  serveLogs(api, store);
  serveLogFiles(api, store);
  servePlainNouns(api, store);
  serveArtifacts(api, store);
  serveVariables(api, store);
  serveSavedSearches(api, store);
  serveFailures(api, store);
  serveDashboard(api, store);
}

function answerError(error: Error, c: Context<{ Bindings: RequestMetadata }>, log: Logger): Response {
  const refused = answerProblem(error);
  if (refused) return refused;
  const { requestId } = c.env;
  const why = whyUnavailable(error);
  if (why !== undefined) {
    log.warn(
      { err: error, requestId, method: c.req.method, path: c.req.path },
      "the database is not available",
    );
    // Disk space takes longer to free than a server takes to restart.
    const head = { status: 503, headers: { "retry-after": isOutOfDisk(error) ? "5" : "1" } };
    return json({ exception_message: `Service Unavailable: ${why}` }, head);
  }
  if (isTooSlow(error)) {
    log.warn({ err: error, requestId, method: c.req.method, path: c.req.path }, "a request took too long");
    const sentence = "The database query timed out. Request fewer rows or use fewer conditions.";
    return json({ exception_message: sentence }, { status: 504 });
  }
  log.error({ err: error, requestId, method: c.req.method, path: c.req.path }, "a request failed");
  return json({ exception_message: "Internal Server Error" }, { status: 500 });
}
