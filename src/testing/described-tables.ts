import type { DatabaseSync } from "node:sqlite";
import type { Client } from "pg";

/** A table as the database itself describes it. */
export interface Described {
  name: string;
  /** Each with its type and nullability. */
  columns: string[];
  /** Each with its columns and uniqueness; including keys. */
  indexes: string[];
}

/** What must be the same in both databases: names of types, and of key indexes, differ. */
export const sameInBoth = (tables: readonly Described[]): Described[] =>
  tables
    .filter(({ name }) => name !== "migration")
    .map(({ name, columns, indexes }) => ({
      name,
      columns: columns.map((column) => column.replace(/ \S+ /, " ")).toSorted(),
      indexes: [...new Set(indexes)].toSorted(),
    }));

export function tablesOfSqlite(database: DatabaseSync): Described[] {
  const all = (sql: string, ...values: string[]) => database.prepare(sql).all(...values);
  const tables = all(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1",
  );
  return tables.map(({ name }) => {
    const columns = all(
      'select name, type, pk, "notnull" as filled from pragma_table_xinfo(?)',
      String(name),
    );
    const indexes = all('select name, "unique" as only_one from pragma_index_list(?)', String(name));
    const key = columns.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
    const described = indexes.map((index) => {
      const parts = all("select name from pragma_index_info(?) order by seqno", String(index.name));
      return indexText(
        Number(index.only_one) === 1,
        parts.map((part) => String(part.name)),
      );
    });
    return {
      name: String(name),
      columns: columns.map((column) =>
        columnText(column.name, column.type, Number(column.filled) === 1 || Number(column.pk) > 0),
      ),
      indexes: [
        ...described,
        indexText(
          true,
          key.map((column) => String(column.name)),
        ),
      ].toSorted(),
    };
  });
}

export async function tablesOfPostgres(client: Client): Promise<Described[]> {
  const tables = await client.query(
    "select relname as name, oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const described: Described[] = [];
  for (const { name, oid } of tables.rows) {
    const columns = await client.query(
      "select attname, format_type(atttypid, null) as type, attnotnull from pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped order by attnum",
      [oid],
    );
    const indexes = await client.query(
      `select indisunique, array(select attname::text from unnest(indkey) with ordinality as place(number, at)
        join pg_attribute on attrelid = indrelid and attnum = place.number order by at) as parts
      from pg_index where indrelid = $1`,
      [oid],
    );
    described.push({
      name,
      columns: columns.rows.map((row) => columnText(row.attname, row.type, row.attnotnull)),
      indexes: indexes.rows.map((row) => indexText(row.indisunique, row.parts)).toSorted(),
    });
  }
  return described;
}

const columnText = (name: unknown, type: unknown, isFilled: boolean): string =>
  `${name} ${String(type).toLowerCase().replaceAll(" ", "_")} ${isFilled ? "filled" : "nullable"}`;

const indexText = (isUnique: boolean, columns: readonly string[]): string =>
  `${isUnique ? "unique " : ""}(${columns.join(", ")})`;
