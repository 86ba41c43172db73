import { isLoopback, type Settings } from "../../schema/settings.ts";
import { json } from "../serve.ts";

type Bound = Pick<Settings, "host" | "apiAuthString" | "allowedHosts">;

/**
 * Accepted host names, against DNS rebinding. A page can resolve its own name to this machine, and is then of the same
 * origin as a server here: a server without a password, reachable only from this machine, accepts only its own names.
 */
export class Hosts {
  readonly #names: ReadonlySet<string> | undefined;

  constructor({ host, apiAuthString, allowedHosts }: Bound) {
    const isPrivate = isLoopback(host) && !apiAuthString;
    const isOpen = allowedHosts.includes("*") || (allowedHosts.length === 0 && !isPrivate);
    this.#names = isOpen ? undefined : new Set([host, ...allowedHosts].map((name) => name.toLowerCase()));
  }

  isWelcome(host: string | null | undefined): boolean {
    if (!this.#names || host === null || host === undefined) return true;
    const name = nameOf(host);
    return isLoopback(name) || name.endsWith(".localhost") || this.#names.has(name);
  }

  /** The answer to a request with another host name. */
  answer(host: string | null | undefined): Response | undefined {
    return this.isWelcome(host) ? undefined : json({ detail: unknownHost(host) }, { status: 403 });
  }
}

export const unknownHost = (host: string | null | undefined) =>
  `Host ${JSON.stringify(host)} is not allowed. Add it to PRAETOR_SERVER_ALLOWED_HOSTS.`;

/** Without the port. */
const nameOf = (host: string) =>
  host
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
