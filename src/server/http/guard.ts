import type { Settings } from "../../schema/settings.ts";
import { isAuthorized } from "../credentials.ts";
import { json } from "../serve.ts";
import type { Csrf } from "./csrf.ts";
import type { FailedLogins } from "./failed-logins.ts";
import type { Hosts } from "./hosts.ts";
import { hostOfUrl, type Origins } from "./origins.ts";
import type { RequestMetadata } from "./request-metadata.ts";
import { isSecure } from "./secure.ts";
import type { Sessions } from "./sessions.ts";

interface GuardOptions {
  settings: Pick<Settings, "apiAuthString">;
  origins: Origins;
  hosts: Hosts | undefined;
  logins: FailedLogins;
  sessions: Sessions;
  /** What processes of the same user show, who can read the lock file. */
  localToken: string | undefined;
  /** Present when changes need a token. */
  csrf: Csrf | undefined;
}
type Check = (request: Request, metadata: RequestMetadata) => Response | undefined;

/** Answers the requests that do not get as far as a route, and admits the others. */
export function requestGuard(options: GuardOptions): Check {
  const { settings, origins, hosts, csrf } = options;
  const login = { ...options, authString: settings.apiAuthString };
  const checkCsrf = (request: Request) => {
    const detail = csrf && changes.has(request.method) ? csrf.refusal(request) : undefined;
    return detail === undefined ? undefined : json({ detail }, { status: 403 });
  };
  const checkHost = (request: Request, path: string) =>
    isOpen(path) ? undefined : hosts?.answer(request.headers.get("host"));
  return (request, metadata) => {
    const path = pathOf(request.url);
    const stranger = origins.answer(request, metadata.forwarded.host) ?? checkHost(request, path);
    if (stranger) return stranger;
    if (!isGuarded(path)) return undefined;
    const refused =
      isOpen(path) || isSignIn(request, path)
        ? undefined
        : (checkLogin(login, { request, metadata }) ?? checkCsrf(request) ?? checkVersion(request));
    metadata.isAdmitted = refused === undefined;
    return refused;
  };
}

const changes: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export const isApi = (path: string): boolean => path === "/api" || path.startsWith("/api/");
const isGuarded = (path: string) => isApi(path) || path === "/metrics" || path === "/metrics/";
const isOpen = (path: string) => /^\/api\/(health|ready)\/?$/.test(path);

/** Open to all: it judges the password that it brings itself. */
const isSignIn = ({ method }: Request, path: string) =>
  method === "POST" && /^\/api\/praetor\/session\/?$/.test(path);

/** Without the parser of URLs, which takes longer than the routing. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.slice(start).search(/[?#]/);
  const path = end === -1 ? url.slice(start) : url.slice(start, start + end);
  return path.includes("%") ? decoded(path) : path;
}

/** As the router reads it: `/%61pi/flows` is a route as well. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path.replaceAll(/%[2-7][0-9a-f]/gi, (code) => decodeURI(code));
  }
}

interface IncomingRequest {
  request: Request;
  metadata: RequestMetadata;
}

interface Login extends Pick<GuardOptions, "logins" | "localToken" | "sessions" | "origins"> {
  authString: string | undefined;
}

function checkLogin(login: Login, { request, metadata }: IncomingRequest) {
  const { authString, localToken, logins } = login;
  if (!authString) return undefined;
  const header = request.headers.get("authorization");
  if (header === null && hasSession(login, { request, metadata }))
    return checkOwnOrigin(login, { request, metadata });
  // Before failed logins are counted: strangers on this machine have the same address as its owner.
  if (localToken !== undefined && isAuthorized(header, localToken)) return undefined;
  const wait = logins.wait(metadata.address);
  if (wait > 0) {
    const detail = `Too many failed logins from this address; retry in ${wait} s.`;
    return json({ detail }, { status: 429, headers: { "retry-after": String(wait) } });
  }
  if (isAuthorized(header, authString)) return undefined;
  if (header !== null) logins.note(metadata.address, header);
  return json({ exception_message: "Unauthorized" }, { status: 401 });
}

/** Notes the session that a cookie shows, and has it renewed when it is time. */
function hasSession({ sessions }: Login, { request, metadata }: IncomingRequest): boolean {
  const session = sessions.read(request.headers.get("cookie"));
  if (!session) return false;
  metadata.session = session;
  const renewed = sessions.renewed(session);
  if (renewed) metadata.setCookie = sessions.cookie(renewed, isSecure(request, metadata));
  return true;
}

/**
 * A browser sends the cookie with whatever a page of the same site asks, another port of this host included: a change
 * is taken from pages of this server alone.
 */
function checkOwnOrigin(
  { origins }: Login,
  { request, metadata: { forwarded } }: IncomingRequest,
): Response | undefined {
  if (safe.has(request.method)) return undefined;
  const own = { hosts: [hostOfUrl(request.url), forwarded.host], protocol: forwarded.protocol };
  if (origins.isOwn(request.headers.get("origin"), own)) return undefined;
  const detail =
    "Expected a change with a session cookie to come from a page of this server, as its Origin header says. Programs show the password.";
  return json({ detail }, { status: 403 });
}

const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const oldestApi = [0, 8, 0] as const;

function checkVersion(request: Request): Response | undefined {
  const version = request.headers.get("x-prefect-api-version");
  const detail = version === null ? undefined : refusedVersion(version);
  return detail === undefined ? undefined : json({ detail }, { status: 400 });
}

/** Clients name the version of the API they speak; those that are too old are told so. */
function refusedVersion(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) {
    return `Invalid X-PREFECT-API-VERSION header: expected a version such as 0.8.4, got ${JSON.stringify(text)}`;
  }
  const parts = match.slice(1).map((part) => Number(part ?? 0));
  const difference = oldestApi.map((part, index) => (parts[index] ?? 0) - part).find((part) => part !== 0);
  if ((difference ?? 0) >= 0) return undefined;
  return `The client speaks API version ${text}; this server needs ${oldestApi.join(".")} or newer.`;
}
