import type { RunSteps } from "../engine/postgres-steps.ts";
import type { SentEvent, Step } from "../engine/protocol.ts";
import { arrayText } from "../sql/postgres-text.ts";

const maxKnown = 1000;

const standsSql = "select id from event_related where id = any(cast(? as bigint[]))";
const insertSql = "insert into event_related (related) values (?) returning id";
const fileSql = fileRelatedSql("any(cast(? as bigint[]))");

/** Inserts the resources of the lists of related ones that `id` selects. */
export function fileRelatedSql(id: string): string {
  return `insert into event_related_resource (resource_id, related_id, role)
    select coalesce(element.value ->> 'prefect.resource.id', ''), related.id,
      coalesce(element.value ->> 'prefect.resource.role', '')
    from event_related as related, json_array_elements(cast(related.related as json)) as element(value)
    where related.id = ${id} on conflict do nothing`;
}

/** The lists of related resources, each stored once. */
export class PostgresRelated {
  /** Ids by their JSON: checked each time, as other replicas may have deleted them. */
  readonly #known = new Map<string, number>();
  #added: number[] = [];

  /** Ids in the order of the events; null for events without related resources. */
  async ids(run: RunSteps, events: readonly SentEvent[]): Promise<(number | null)[]> {
    const texts = events.map(({ related }) => (related.length > 0 ? JSON.stringify(related) : null));
    const distinct = [...new Set(texts)].filter((text) => text !== null);
    await this.#forgetDeleted(run, distinct);
    const unknown = distinct.filter((text) => !this.#known.has(text));
    if (this.#known.size + unknown.length > maxKnown) this.#keepOnly(distinct);
    const steps = unknown.map((text) => ({ sql: insertSql, values: [text], reads: true }));
    const answers = steps.length > 0 ? await run(steps) : [];
    this.#added = answers.map((rows) => Number(rows?.rows[0]?.[0]));
    unknown.forEach((text, at) => {
      this.#known.set(text, this.#added[at] ?? 0);
    });
    return texts.map((text) => (text === null ? null : (this.#known.get(text) ?? null)));
  }

  /** The remaining statements for added lists: insert their resources. */
  filings(): Step[] {
    return this.#added.length > 0 ? [{ sql: fileSql, values: [arrayText(this.#added)], reads: false }] : [];
  }

  async #forgetDeleted(run: RunSteps, texts: readonly string[]): Promise<void> {
    const ids = texts.flatMap((text) => this.#known.get(text) ?? []);
    if (ids.length === 0) return;
    const [found] = await run([{ sql: standsSql, values: [arrayText(ids)], reads: true }]);
    const standing = new Set(found?.rows.map(([id]) => Number(id)));
    for (const text of texts) if (!standing.has(this.#known.get(text) ?? 0)) this.#known.delete(text);
  }

  #keepOnly(texts: readonly string[]): void {
    const kept = texts.flatMap((text) => {
      const id = this.#known.get(text);
      return id === undefined ? [] : [[text, id] as const];
    });
    this.#known.clear();
    for (const [text, id] of kept) this.#known.set(text, id);
  }
}
