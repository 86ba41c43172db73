import { json } from "../serve.ts";

interface OwnAddress {
  /** Under which this server was asked, as it and a proxy see it. */
  hosts: readonly (string | undefined | null)[];
  /** `http` or `https`, where a proxy says it. */
  protocol: string | undefined;
}

const methods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
const isChange = (method: string) => method !== "GET" && method !== "HEAD";

/** Which pages may use the API: those of this server and of configured origins. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed.map((origin) => origin.replace(/\/$/, "")));
  }

  /** Whether a page of this origin may; programs, which are no pages, name none. */
  isWelcome(origin: string | undefined | null, hosts: readonly (string | undefined | null)[]): boolean {
    if (origin === undefined || origin === null) return true;
    const host = hostOfOrigin(origin);
    return this.#isNamed(origin) || (host !== undefined && hosts.includes(host));
  }

  /**
   * Whether a request comes from a page of this server, or of an origin that the settings name: what a cookie allows, which the
   * browser sends along whoever asks. `*` names none.
   */
  isOwn(origin: string | undefined | null, { hosts, protocol }: OwnAddress): boolean {
    if (!origin || !URL.canParse(origin)) return false;
    const { host, protocol: scheme } = new URL(origin);
    if (this.#allowed.has(origin)) return true;
    return hosts.includes(host) && (protocol === undefined || scheme === `${protocol}:`);
  }

  /** The answer to a question of a browser, or to a page that may not ask; undefined for all that may continue. */
  answer(request: Request, forwardedHost: string | undefined): Response | undefined {
    const origin = request.headers.get("origin");
    const isPreflight = request.method === "OPTIONS";
    if (!isPreflight && (origin === null || !isChange(request.method))) return undefined;
    if (!this.isWelcome(origin, [hostOfUrl(request.url), forwardedHost])) {
      const detail = `Origin ${origin} is not allowed. Add it to PRAETOR_SERVER_CORS_ORIGINS.`;
      return json({ detail }, { status: 403 });
    }
    return isPreflight ? preflight(request) : undefined;
  }

  /** Adds CORS headers for permitted origins. */
  mark(request: Request, response: Response): Response {
    const origin = request.headers.get("origin");
    if (origin === null || !this.#isNamed(origin)) return response;
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-expose-headers", "*");
    response.headers.append("vary", "origin");
    return response;
  }

  #isNamed(origin: string): boolean {
    return this.#allowed.size > 0 && (this.#allowed.has("*") || this.#allowed.has(origin));
  }
}

export function hostOfUrl(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return url.slice(start, end === -1 ? undefined : end);
}

const hostOfOrigin = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

function preflight(request: Request): Response {
  const headers = {
    "access-control-allow-methods": methods,
    "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "*",
    "access-control-max-age": "600",
  };
  return json(undefined, { status: 204, headers });
}
