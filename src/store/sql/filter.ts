import { sql } from "kysely";
import type { Condition, FilterColumns, StateCondition } from "../../schema/filter.ts";
import type { OwnFlowRunFilter } from "../../schema/own-filters.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";

// From the filters of the wire to where clauses. `fieldsOn` derives the SQL of each column from its declaration in the
// schema; a noun adds only what is looked up elsewhere.

/** How one key of a filter is looked up: the clauses of its operators, which the key itself combines. */
export type Field = (dialect: Dialect, condition: AnyCondition) => Clause[];
type AnyCondition = Condition & StateCondition & Partial<OwnFlowRunFilter>;
export type Fields = Readonly<Record<string, Field>>;

type Combines = { operator?: "and_" | "or_" | null };

export const never: Clause = sql`1 = 0`;

/** The clause of a whole filter; undefined when it constrains nothing. */
export function where<F extends object>(
  dialect: Dialect,
  fields: Fields,
  filter: F | null | undefined,
): Clause | undefined {
  if (!filter) return undefined;
  const criteria = Object.entries(filter as Record<string, unknown>).filter(
    ([key, condition]) => key !== "operator" && condition !== null && condition !== undefined,
  );
  const clauses = criteria.flatMap(([key, condition]) => {
    const parts = fields[key]?.(dialect, condition as AnyCondition) ?? [];
    return combined(parts, (condition as Combines).operator) ?? [];
  });
  return combined(clauses, (filter as Combines).operator);
}

/** The same as a list, for what combines several. */
export function clausesOf<F extends object>(
  dialect: Dialect,
  fields: Fields,
  filter: F | null | undefined,
): Clause[] {
  const clause = where(dialect, fields, filter);
  return clause ? [clause] : [];
}

export function combined(clauses: readonly Clause[], operator?: "and_" | "or_" | null): Clause | undefined {
  if (clauses.length <= 1) return clauses[0];
  return sql`(${sql.join([...clauses], operator === "or_" ? sql` or ` : sql` and `)})`;
}

/** The given operators of a plain column. What a column allows, the schema has already seen to. */
export const on =
  (column: Column): Field =>
  (dialect, range) => {
    const clauses: Clause[] = [];
    const { any_, not_any_, startswith_, like_, is_null_, exists_, eq_ } = range;
    if (any_) clauses.push(any_.length === 0 ? never : dialect.isOneOf(column, any_));
    // A null is in no list, and so it is not in the complement of one that says something either.
    if (not_any_?.length) clauses.push(dialect.isNoneOf(column, not_any_));
    if (startswith_) clauses.push(startsWithAny(dialect, column, startswith_));
    if (like_) clauses.push(dialect.containsLike(column, like_));
    if (is_null_ !== null && is_null_ !== undefined) clauses.push(isNull(column, is_null_));
    if (exists_ !== null && exists_ !== undefined) clauses.push(isNull(column, !exists_));
    if (eq_ !== null && eq_ !== undefined) clauses.push(sql`${column} = ${eq_ ? 1 : 0}`);
    return [...clauses, ...ranges(column, range)];
  };

/** One beginning is said as such, which an index may serve. */
export function startsWithAny(dialect: Dialect, column: Column, texts: readonly string[]): Clause {
  const [only, ...more] = texts;
  if (only === undefined) return never;
  return more.length === 0 ? dialect.startsWith(column, only) : dialect.startsWithSome(column, texts);
}

function ranges(column: Column, { before_, after_, ge_, le_ }: Condition): Clause[] {
  const clauses: Clause[] = [];
  if (before_) clauses.push(sql`${column} <= ${before_}`);
  if (after_) clauses.push(sql`${column} >= ${after_}`);
  if (ge_ !== null && ge_ !== undefined) clauses.push(sql`${column} >= ${ge_}`);
  if (le_ !== null && le_ !== undefined) clauses.push(sql`${column} <= ${le_}`);
  return clauses;
}

export const isNull = (column: Column, isIt: boolean): Clause =>
  isIt ? sql`${column} is null` : sql`${column} is not null`;

/** A time that compares `column`, but whose `is_null_` asks for `own`. */
export const timeOn =
  (column: Column, own: Column): Field =>
  (dialect, { is_null_, ...range }) => [...on(column)(dialect, range), ...on(own)(dialect, { is_null_ })];

/** Tags kept as a JSON list on the row. */
export const tagsOn =
  (column: Column): Field =>
  (dialect, { all_, any_, is_null_ }) => {
    const clauses: Clause[] = [];
    if (all_?.length) clauses.push(dialect.hasAllTags(column, all_));
    if (any_) clauses.push(any_.length === 0 ? never : dialect.hasAnyTag(column, any_));
    if (is_null_ !== null && is_null_ !== undefined) {
      const empty = dialect.hasNoTags(column);
      clauses.push(is_null_ ? empty : sql`not (${empty})`);
    }
    return clauses;
  };

/** The state of a run: by type and by name, each with its own operators. */
export const stateOn =
  (type: Column, name: Column): Field =>
  (dialect, condition) => {
    const byType = condition.type ? combined(on(type)(dialect, condition.type)) : undefined;
    const byName = condition.name ? combined(on(name)(dialect, condition.name)) : undefined;
    return [byType, byName].filter((clause) => clause !== undefined);
  };

/**
 * How each column of a filter is looked up in a table: in the column of its name, by its kind, unless `own` says
 * otherwise.
 */
export function fieldsOn<C extends FilterColumns>(
  table: string,
  { columns }: { columns: C },
  own?: Readonly<Partial<Record<keyof C & string, Field>>>,
): Fields {
  const custom: Readonly<Partial<Record<string, Field>>> = own ?? {};
  const fields = Object.entries<FilterColumns[string]>(columns).map(([name, column]) => [
    name,
    custom[name] ?? fieldOf(table, name, column),
  ]);
  return Object.fromEntries(fields);
}

function fieldOf(table: string, name: string, column: FilterColumns[string]): Field {
  const ref = (suffix = "") => sql.ref(`${table}.${name}${suffix}`);
  if (!("operators" in column)) throw new Error(`expected SQL for the filter column ${table}.${name}`);
  if (column.kind === "state") return stateOn(ref("_type"), ref("_name"));
  return column.kind === "tags" ? tagsOn(ref()) : on(ref());
}
