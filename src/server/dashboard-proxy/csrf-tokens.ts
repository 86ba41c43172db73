import { CsrfToken } from "../../schema/admin.ts";
import type { Upstream } from "./upstream.ts";

/** A token is renewed so long before it expires. */
const marginMs = 60_000;
/** A server that wants none is asked again after so long. */
const rememberMs = 300_000;
const patienceMs = 10_000;

/**
 * The token that a server may want with each change. A Prefect server gives a client another one with each question, after
 * which the last is no longer good: all pages of a dashboard share this one.
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

  /** What a change has to carry; nothing where the server wants no token, or does not answer. */
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

  /** The server did not take the token: it was started anew, or wants one since. */
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
