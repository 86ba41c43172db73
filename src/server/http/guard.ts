import type { Settings } from "../../schema/settings.ts";
import { isAuthorized } from "../credentials.ts";
import { json } from "../serve.ts";
import type { Csrf } from "./csrf.ts";
import type { FailedLogins } from "./failed-logins.ts";
import type { Hosts } from "./hosts.ts";
import type { Origins } from "./origins.ts";
import type { RequestMetadata } from "./request-metadata.ts";

interface GuardOptions {
  settings: Pick<Settings, "apiAuthString">;
  origins: Origins;
  hosts: Hosts | undefined;
  logins: FailedLogins;
  /** What processes of the same user show, who can read the lock file. */
  localToken: string | undefined;
  /** Present when changes need a token. */
  csrf: Csrf | undefined;
}
type Check = (request: Request, metadata: RequestMetadata) => Response | undefined;

/** Answers the requests that do not get as far as a route, and admits the others. */
export function requestGuard({ settings, origins, hosts, logins, localToken, csrf }: GuardOptions): Check {
  const login = { authString: settings.apiAuthString, localToken, logins };
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
    const refused = isOpen(path)
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

interface Login extends Pick<GuardOptions, "logins" | "localToken"> {
  authString: string | undefined;
}

function checkLogin({ authString, localToken, logins }: Login, { request, metadata }: IncomingRequest) {
  if (!authString) return undefined;
  const header = request.headers.get("authorization");
  // Before failed logins are counted: strangers on this machine have the same address as its owner.
  if (localToken !== undefined && isAuthorized(header, localToken)) return undefined;
  const wait = logins.wait(metadata.address);
  if (wait > 0) {
    const detail = `Too many failed logins from this address; the next is looked at in ${wait} s.`;
    return json({ detail }, { status: 429, headers: { "retry-after": String(wait) } });
  }
  if (isAuthorized(header, authString)) return undefined;
  if (header !== null) logins.note(metadata.address, header);
  return json({ exception_message: "Unauthorized" }, { status: 401 });
}

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
