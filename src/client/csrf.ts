/** A server may want a token with each change; it is fetched when first missed, and again when it no longer holds. */
export class CsrfTokens {
  readonly #client = crypto.randomUUID();
  #token: string | undefined;

  /** What a change has to carry, as far as that is known. */
  headers(): Record<string, string> {
    if (this.#token === undefined) return {};
    return { "Prefect-Csrf-Token": this.#token, "Prefect-Csrf-Client": this.#client };
  }

  /** Where a token is to be had. */
  path(): string {
    return `/csrf-token?client=${this.#client}`;
  }

  /** Takes the answer to that; returns whether there was a token. */
  async accept(answer: Response): Promise<boolean> {
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
