import { sql } from "kysely";
import type { namedSorts } from "../../schema/flows.ts";
import type { PageOf } from "../../schema/scalars.ts";
import type { Clause, Column, Dialect } from "../sql/dialect.ts";
import { atMost, orderBy, pageOf, type Sorts, skip, whereAll } from "../sql/pages.ts";
import type { Scope } from "./scope.ts";

interface TableOptions<Row, Wire> {
  /** A row of the wire. */
  from(row: Row, now: number): Wire;
  /** Columns and joins, up to the condition; all columns of the table when absent. */
  select?: Column;
}

export interface Page {
  limit: number;
  offset: number;
}

interface ListOptions<Filters, Sorted> {
  /** Conditions from the filters of a request. */
  clauses(dialect: Dialect, filters: Filters): Clause[];
  order(input: Sorted): Column;
}

/** Common reads of a table, as verbs of `noun`. */
export function table<Row, Wire>(name: string, { from, select }: TableOptions<Row, Wire>) {
  const selected = select ?? sql`select * from ${sql.table(name)}`;
  const column = (key: string) => sql.ref(`${name}.${key}`);

  /** Rows by what follows `select … from …`. */
  async function rows(scope: Scope, rest: Column): Promise<Wire[]> {
    const found = await scope.all(sql<Row>`${selected} ${rest}`);
    return found.map((row) => from(row, scope.now()));
  }

  const by =
    (key: string) =>
    async (scope: Scope, value: string): Promise<Wire | undefined> =>
      (await rows(scope, sql`where ${column(key)} = ${value}`))[0];

  const readMany = (scope: Scope, ids: readonly string[]): Promise<Wire[]> =>
    rows(scope, sql`where ${scope.dialect.isOneOf(column("id"), ids)}`);

  /** `filter`, `count` and `paginate`. `Filters` are the keys of a request that select rows, `Sorted` those for the order. */
  function lists<Filters extends object, Sorted extends object = object>({
    clauses,
    order,
  }: ListOptions<Filters, Sorted>) {
    const filter = (scope: Scope, input: Filters & Sorted & Page): Promise<Wire[]> =>
      rows(
        scope,
        sql`where ${whereAll(clauses(scope.dialect, input))} order by ${order(input)}
          ${atMost(input.limit)} offset ${input.offset}`,
      );
    const count = (scope: Scope, filters: Filters): Promise<number> =>
      countOf(scope, sql`${sql.table(name)} where ${whereAll(clauses(scope.dialect, filters))}`);
    const paginate = async (
      scope: Scope,
      input: Filters & Sorted & { limit: number; page: number },
    ): Promise<PageOf<Wire>> => {
      const results = await filter(scope, { ...input, offset: skip(input) });
      return pageOf(results, await count(scope, input), input);
    };
    return { filter, count, paginate };
  }

  return { rows, by, readMany, lists };
}

/** Counts rows. */
export async function countOf(scope: Scope, from: Column): Promise<number> {
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from ${from}`);
  return Number(row?.n ?? 0);
}

export interface NameSorted {
  sort: (typeof namedSorts)[number];
}

/** Sort orders of named nouns: by name, creation and last change. */
export const nameOrders = (name: string) => {
  const sorts: Sorts<NameSorted["sort"]> = {
    NAME_ASC: [`${name}.name`, "asc"],
    NAME_DESC: [`${name}.name`, "desc"],
    CREATED_DESC: [`${name}.created`, "desc"],
    UPDATED_DESC: [`${name}.updated`, "desc"],
  };
  return ({ sort }: NameSorted): Column => orderBy(sorts, sort, `${name}.id`);
};
