import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { type PageInfo, server } from "../../schema/admin.ts";
import { timestamp } from "../../schema/scalars.ts";
import { answerProblem } from "../answer-problem.ts";
import { bodyLimits } from "../http/bodies.ts";
import type { FailedLogins } from "../http/failed-logins.ts";
import { isApi, requestGuard } from "../http/guard.ts";
import type { Hosts } from "../http/hosts.ts";
import { hostOfUrl, Origins } from "../http/origins.ts";
import type { Fetch, RequestMetadata } from "../http/request-metadata.ts";
import type { Sessions } from "../http/sessions.ts";
import { Metrics } from "../metrics/metrics.ts";
import { requestPipeline } from "../request-pipeline.ts";
import { serveSession } from "../routes/session.ts";
import { type Api, json } from "../serve.ts";
import type { Site } from "../site.ts";
import { CsrfTokens } from "./csrf-tokens.ts";
import { forwardRequest } from "./forward-request.ts";
import { type Upstream, UpstreamInfo } from "./upstream.ts";

/** Milliseconds until the response of the server must begin; no request of the dashboard takes longer. */
const patienceMs = 60_000;

export interface ProxyOptions {
  upstream: Upstream;
  site: Site;
  /** `user:password` for signing in to this dashboard. */
  authString: string | undefined;
  hosts: Hosts;
  logins: FailedLogins;
  sessions: Sessions;
  trustProxy: boolean;
  maxBodyMegabytes: number;
  now: () => number;
  log: Logger;
}

type Env = { Bindings: RequestMetadata };

/** The HTTP side of a dashboard on another server: pages from here, `/api` from there. */
export function createProxyApp(options: ProxyOptions): Fetch {
  const { upstream, site, authString, sessions, logins, now, log } = options;
  const hono = new Hono<Env>({ strict: false });
  const limits = bodyLimits(options.maxBodyMegabytes);
  const api: Api = { hono, routes: [], limits, fence: async () => {} };
  const known = new UpstreamInfo(upstream, now);
  const csrf = new CsrfTokens(upstream, now);
  serveSession(api, { authString, sessions, logins });
  hono.get(`/api${server.info.path}`, async (c) => {
    const info = await known.read();
    // The server's answer, unchanged.
    if (info === null) return forward(c.req.raw);
    return json(withSession(info, c), { status: 200 });
  });
  const forward = (request: Request) =>
    forwardRequest(request, { upstream, csrf, maxBody: limits.bulk, patienceMs });
  hono.notFound(async (c) => {
    if (isApi(c.req.path)) return forward(c.req.raw);
    const isPage = c.req.method === "GET" || c.req.method === "HEAD";
    // Nothing is disclosed before sign-in.
    const info = isPage && isDocument(c.req.path) && !authString ? await known.read() : null;
    return (isPage && (await site(c.req.raw, info))) || json({ detail: "Not Found" }, { status: 404 });
  });
  hono.onError((error) => {
    const refused = answerProblem(error);
    if (refused) return refused;
    log.error({ err: error }, "a request failed");
    return json({ exception_message: "Internal Server Error" }, { status: 500 });
  });
  return requestPipeline({
    ...{ hono, log, metrics: new Metrics(), trustProxy: options.trustProxy, tracer: undefined },
    ...{ origins: noOthers, stopped: proxyGuard(options) },
  });
}

const isDocument = (path: string): boolean => !/\.\w+$/.test(path) || path.endsWith(".html");

/** The session is that with this dashboard, not with the server. */
function withSession(info: PageInfo, { env: { session } }: Context<Env>): PageInfo {
  return { ...info, session: session ? { expires: timestamp(session.expires * 1000) } : null };
}

/** Requests to `/api` use the credentials of the dashboard: pages of other origins may not even read. */
const noOthers = new Origins([]);

function proxyGuard({ authString, hosts, logins, sessions }: ProxyOptions) {
  const check = requestGuard({
    ...{ settings: { apiAuthString: authString }, origins: noOthers, hosts, logins, sessions },
    ...{ localToken: undefined, csrf: undefined },
  });
  return (request: Request, metadata: RequestMetadata): Response | undefined => {
    const origin = request.headers.get("origin");
    if (!noOthers.isWelcome(origin, [hostOfUrl(request.url), metadata.forwarded.host])) {
      const detail = `Origin ${origin} is not allowed: only pages of this dashboard may use it.`;
      return json({ detail }, { status: 403 });
    }
    if (!hosts.isWelcome(request.headers.get("host"))) return hosts.answer(request.headers.get("host"));
    return check(request, metadata);
  };
}
