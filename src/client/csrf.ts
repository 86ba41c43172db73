/**
 * A server may want a token with each change; it is fetched when first missed, and again when it no longer holds. With each
 * one that is fetched, the last is no longer good: requests that miss it at the same time share one.
 */
export class CsrfTokens {
  readonly #client = crypto.randomUUID();
  #token: string | undefined;
  #fetching: Promise<boolean> | undefined;

  /** What a change has to carry, as far as that is known. */
  headers(): Record<string, string> {
    if (this.#token === undefined) return {};
    return { "Prefect-Csrf-Token": this.#token, "Prefect-Csrf-Client": this.#client };
  }

  /** The token that `headers` shows at the moment. */
  get current(): string | undefined {
    return this.#token;
  }

  /**
   * Sees to it that there is another token than the one that was refused; returns whether there is. `read` reads the answer of
   * the server at this path.
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

/** Whether an answer says that a token is missing or no longer good. */
export async function wantsCsrf(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  return /csrf|client identifier/i.test(await response.clone().text());
}
