import { sql } from "kysely";
import type { PageOf } from "../../schema/scalars.ts";
import type { Clause, Column } from "./dialect.ts";
import { combined } from "./filter.ts";

/** A sort of the wire: the column it looks at and the direction. */
export type Sorts<S extends string> = Record<S, readonly [column: string, direction: "asc" | "desc"]>;

/** Rows without the sort key come last either way; the id decides between equal ones. */
export function orderBy<S extends string>(sorts: Sorts<S>, sort: S, id: string): Column {
  const [column, direction] = sorts[sort];
  const by = sql.ref(column);
  const toward = direction === "asc" ? sql`asc` : sql`desc`;
  if (column === id) return sql`${by} ${toward}`;
  // Said only where it says something: an index of PostgreSQL is of use for just the order in which it is.
  const nulls = neverMissing.test(column) ? sql`` : sql` nulls last`;
  return sql`${by} ${toward}${nulls}, ${sql.ref(id)} ${toward}`;
}

const neverMissing = /\.(name|created|updated)$/;

export const whereAll = (clauses: readonly Clause[]): Clause => combined(clauses) ?? sql`1 = 1`;

/**
 * The first `count` rows. The cast is for SQLite: whenever a bare parameter of a limit is bound, it plans the statement
 * anew, for seven times what running it takes.
 */
export const atMost = (count: number): Column => sql`limit cast(${count} as integer)`;

export const skip = (page: { limit: number; page: number }): number => page.limit * (page.page - 1);

export function pageOf<T>(
  results: T[],
  count: number,
  { limit, page }: { limit: number; page: number },
): PageOf<T> {
  return { results, count, limit, pages: limit === 0 ? 0 : Math.ceil(count / limit), page };
}
