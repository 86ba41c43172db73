import type { Client } from "../client/client.ts";
import { tagLimits } from "../schema/concurrency-limits.ts";
import { maxPage } from "../schema/scalars.ts";

/** Maximum age of the list of tags with limits. A new limit applies to tasks that start after that. */
const staleAfter = 5000;

/**
 * Tags that have a limit. Prefect's engine requests a slot before each run of a task with tags, limit or not;
 * most tags have none, so the list is read instead, when it is needed and outdated.
 */
export class TagLimits {
  readonly #client: Client;
  #known: Promise<ReadonlySet<string>> | undefined;
  #readAt = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The limits on these tags, by limit name. */
  async of(tags: readonly string[]): Promise<string[]> {
    if (!this.#known || Date.now() - this.#readAt > staleAfter) {
      this.#readAt = Date.now();
      this.#known = this.#read();
      this.#known.catch(() => {
        this.#known = undefined;
      });
    }
    const known = await this.#known;
    return tags.filter((tag) => known.has(tag)).map((tag) => `tag:${tag}`);
  }

  async #read(): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (let offset = 0; ; offset += maxPage) {
      const page = await this.#client.call(tagLimits.filter, { offset, limit: maxPage });
      for (const { tag } of page) known.add(tag);
      if (page.length < maxPage) return known;
    }
  }
}
