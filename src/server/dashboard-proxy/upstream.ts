import type { PageInfo, PrefectInfo } from "../../schema/admin.ts";
import { PrefectInfo as Prefect, ServerInfo } from "../../schema/admin.ts";

/** The server behind a dashboard, and the credentials for it. */
export interface Upstream {
  /** Base of the API, with `/api` or whatever its path is, without a slash at its end. */
  apiUrl: string;
  /** Value of the `Authorization` header, where the server asks for one. */
  authorization: string | undefined;
  /** Token of the first message of its sockets. */
  socketToken: string | null;
}

/** Timeout for identifying the server, so that pages do not wait. */
const patienceMs = 3000;
/** A Prefect server is checked again after this time: one of ours may have replaced it. */
const rememberMs = 60_000;

/** Detects whether a server is ours or Prefect's, for pages. */
export class UpstreamInfo {
  readonly #upstream: Upstream;
  readonly #now: () => number;
  #prefect: { info: PrefectInfo; at: number } | undefined;

  constructor(upstream: Upstream, now: () => number) {
    this.#upstream = upstream;
    this.#now = now;
  }

  /** Null while the server does not answer, or not as one of this API does. */
  async read(): Promise<PageInfo | null> {
    if (this.#prefect && this.#now() - this.#prefect.at < rememberMs) return this.#prefect.info;
    this.#prefect = undefined;
    try {
      const answer = await this.#ask("/praetor/info");
      if (answer.ok) return ServerInfo.parse(await answer.json());
      await answer.body?.cancel();
      if (answer.status !== 404) return null;
      const version = await this.#ask("/admin/version");
      if (!version.ok) return null;
      const info = Prefect.parse({ name: "prefect", version: await version.json(), session: null });
      this.#prefect = { info, at: this.#now() };
      return info;
    } catch {
      return null;
    }
  }

  #ask(path: string): Promise<Response> {
    const { apiUrl, authorization } = this.#upstream;
    return fetch(`${apiUrl}${path}`, {
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.timeout(patienceMs),
    });
  }
}
