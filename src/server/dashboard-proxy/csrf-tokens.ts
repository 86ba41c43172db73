import { CsrfToken } from "../../schema/admin.ts";
import type { Upstream } from "./upstream.ts";

/** Time before its expiry at which a token is renewed. */
const marginMs = 60_000;
/** Time until a server without CSRF protection is checked again. */
const rememberMs = 300_000;
const patienceMs = 10_000;

/**
 * The CSRF token that a server may require for changes. A Prefect server issues a new token per request for one, which
 * invalidates the previous token of the client: all pages of a dashboard share one.
 */
export class CsrfTokens {
  readonly #upstream: Upstream;
  readonly #now: () => number;
  readonly #client = crypto.randomUUID();
  #token: string | undefined;
  #until = 0;
  #asking: Promise<void> | undefined;

  constructor(upstream: Upstream, now: () => number) {
    this.#upstream = upstream;
    this.#now = now;
  }

  /** Headers for a change; none if the server requires no token or does not respond. */
  async headers(): Promise<Record<string, string>> {
    if (this.#now() >= this.#until) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
      await this.#asking;
    }
    if (this.#token === undefined) return {};
    return { "prefect-csrf-token": this.#token, "prefect-csrf-client": this.#client };
  }

  /** The server refused the token: it has restarted, or requires one now. */
  refused(): void {
    this.#until = 0;
  }

  async #ask(): Promise<void> {
    const { apiUrl, authorization } = this.#upstream;
    const answer = await fetch(`${apiUrl}/csrf-token?client=${this.#client}`, {
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.timeout(patienceMs),
    }).catch(() => undefined);
    const token = answer?.ok ? CsrfToken.safeParse(await answer.json().catch(() => null)).data : undefined;
    this.#token = token?.token;
    const expires = token ? Date.parse(token.expiration) - marginMs : this.#now() + rememberMs;
    this.#until = answer ? expires : 0;
  }
}
