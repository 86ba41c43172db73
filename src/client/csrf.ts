/**
 * A server may require a token for each change; it is fetched when first required, and again when it has expired. Each new
 * token invalidates the last, so concurrent requests share one.
 */
export class CsrfTokens {
  readonly #client = crypto.randomUUID();
  #token: string | undefined;
  #fetching: Promise<boolean> | undefined;

  /** Headers that a change needs, as far as known. */
  headers(): Record<string, string> {
    if (this.#token === undefined) return {};
    return { "Prefect-Csrf-Token": this.#token, "Prefect-Csrf-Client": this.#client };
  }

  /** The token in `headers`. */
  get current(): string | undefined {
    return this.#token;
  }

  /**
   * Replaces the token that was refused; returns whether there is a new one. `read` requests this path of the
   * server.
   */
  async replace(refused: string | undefined, read: (path: string) => Promise<Response>): Promise<boolean> {
    if (this.#token !== refused) return true;
    this.#fetching ??= this.#fetch(read).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(read: (path: string) => Promise<Response>): Promise<boolean> {
    const answer = await read(`/csrf-token?client=${this.#client}`);
    const body: unknown = answer.ok ? await answer.json() : null;
    if (typeof body !== "object" || body === null || !("token" in body)) return false;
    this.#token = String(body.token);
    return true;
  }
}

/** Whether a response says that a token is missing or invalid. */
export async function wantsCsrf(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  return /csrf|client identifier/i.test(await response.clone().text());
}
