import { isLoopback, type Settings } from "../../schema/settings.ts";
import { json } from "../serve.ts";

type Bound = Pick<Settings, "host" | "apiAuthString" | "allowedHosts">;

/**
 * Under which names a server may be called. A page can have its own name lead to this machine, and is then of the same
 * origin as a server here: one that asks for no password, because only this machine reaches it, goes by its own names.
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

  /** The answer to a request under another name. */
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
