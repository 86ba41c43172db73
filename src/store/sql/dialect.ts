import {
  DummyDriver,
  Kysely,
  type RawBuilder,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import { literalLike } from "../../schema/filter.ts";
import type { Tables } from "../tables.ts";

/** A condition of a where clause. */
export type Clause = RawBuilder<SqlBool>;
/** A column or an expression, as SQL. */
export type Column = RawBuilder<unknown>;

/** All differences between databases. No other code may depend on the kind of database. */
export interface Dialect {
  /** Builds queries; it runs none, the store's connections do. */
  build: Kysely<Tables>;
  /** Whether other processes may write to the same database. */
  isShared: boolean;
  /** Picks the variant for this database. */
  form<T>(forms: { sqlite: T; postgres: T }): T;
  /** Locks the rows that `query` reads from `table` until the transaction ends. */
  locked<R>(query: RawBuilder<R>, table: string): RawBuilder<R>;
  /** One text for any number of values, so that the statement is prepared once. */
  isOneOf(column: Column, values: readonly (string | number)[]): Clause;
  /** The parameter of `isOneOf` for more than one value. */
  listText(values: readonly (string | number)[]): string;
  /** A pattern of LIKE somewhere in the text, without regard to case; a backslash escapes `%`, `_` and itself. */
  containsLike(column: Column, pattern: string): Clause;
  /** Without regard to case; `text` is taken literally. */
  contains(column: Column, text: string): Clause;
  startsWith(column: Column, text: string): Clause;
  /** With one of many texts; for each row it costs as much as they have different lengths. */
  startsWithSome(column: Column, texts: readonly string[]): Clause;
  /** A pattern of `isLike` for a glob, with `*` and `?` as in file names. */
  pattern(glob: string): string;
  isLike(column: Column, pattern: Column): Clause;
  /** Like one of many globs, which are compared one after the other. */
  isLikeSome(column: Column, globs: readonly string[]): Clause;
  /** One text field of a JSON object. */
  field(json: Column, name: string): Column;
  /**
   * What a JSON object has under a name, or else at a path of names and places with dots between them, as JSON.
   */
  jsonAt(json: Column, path: string): Column;
  /** The same field, where its name comes out of the query; `fieldKey` is what stands for the name there. */
  fieldAt(json: Column, key: Column): Column;
  fieldKey(name: string): string;
  /** How many fields a JSON object has. */
  fieldCount(json: Column): Column;
  /** Reads a JSON list of objects as rows: `element.key`, `label.key` and `label.value` for each field of each. */
  labelsIn(json: Column): Column;
  /** Whether a JSON list of texts has this one in it. */
  isInList(column: Column, json: Column): Clause;
  /** False for what is in the list, and for what is null. */
  isNoneOf(column: Column, values: readonly (string | number)[]): Clause;
  /** Used where a query may compare many values per row: it fails when the query has exceeded its time limit. */
  inTime: Clause;
  /** Whether a field of a JSON object is true. */
  isTrue(json: Column, name: string): Clause;
  /** True when an element of a JSON list makes `condition` true; one within another needs a name of its own. */
  someElement(json: Column, condition: (element: Column) => Clause, name?: string): Clause;
  /** Joins the elements of a JSON list of texts that meet `condition`, as `name.value`; null where there is none. */
  joinElements(json: Column, name: string, condition: Column): Column;
  /** A time as seconds since the epoch, to the millisecond. */
  seconds(time: Column): Column;
  /** A time as whole microseconds since the epoch, exactly. */
  microseconds(time: Column): Column;
  /** A table of the given rows; its text does not depend on how many there are. */
  rowsOf<R extends object>(
    columns: Readonly<Record<keyof R & string, "text" | "integer">>,
    rows: readonly R[],
  ): Column;
  hasAllTags(tags: Column, wanted: readonly string[]): Clause;
  hasAnyTag(tags: Column, wanted: readonly string[]): Clause;
  hasNoTags(tags: Column): Clause;
  /** Joins `table`, for each row before, with the rows whose ids the query `ids` answers for that row. */
  joinEach(table: string, name: string, ids: Column): Column;
  /** Joins, for each row before, the rows of `table` that meet `condition`, found by an index, which SQLite may be given by name. */
  joinFound(table: string, name: string, condition: Column, index?: string): Column;
  /** A join that is done in the order in which it is written. */
  joinNext: Column;
  /** Has the planner look at a table that was filled at once, where it does so only after a while. */
  lookAt(table: string): Column | undefined;
  /** A table, to be read along a partial index: SQLite does not know that it is small. */
  along(table: string, index: string): Column;
  /** A JSON object as text. */
  object(fields: Record<string, Column>): Column;
  /** An aggregate: the JSON objects of a group's rows as one text. */
  objects(fields: Record<string, Column>, order?: Column): Column;
}

/** Names and values by turns, as functions that make objects take them. */
export const pairs = (fields: Record<string, Column>): Column =>
  sql.join(Object.entries(fields).map(([name, column]) => sql`${sql.lit(name)}, ${column}`));

export const orderedBy = (order: Column | undefined): Column => (order ? sql` order by ${order}` : sql``);

const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** How many characters they have, each number once; both databases count code points. */
export const lengthsOf = (texts: readonly string[]): number[] => [
  ...new Set(texts.map((text) => [...text].length)),
];

export const sqlite: Dialect = {
  build,
  isShared: false,
  form: (forms) => forms.sqlite,
  // SQLite has one writer, and every transaction of ours begins as that writer.
  locked: (query) => query,
  isOneOf: (column, values) =>
    values.length === 1
      ? sql`${column} = ${values[0]}`
      : sql`${column} in (select value from json_each(${sqlite.listText(values)}))`,
  listText: (values) => JSON.stringify(values),
  // LIKE folds ASCII by itself. Folded here, other letters would not be found: `lower` and LIKE leave them as they are.
  containsLike: (column, pattern) => sql`${column} like ${`%${pattern}%`} escape '\\'`,
  contains: (column, text) => sqlite.containsLike(column, literalLike(text)),
  startsWith: (column, text) => sql`substr(${column}, 1, length(${text})) = ${text}`,
  startsWithSome: (
    column,
    texts,
  ) => sql`exists (select 1 from json_each(${JSON.stringify(lengthsOf(texts))}) as size
    where ${sqlite.inTime} and size.value <= length(${column}) and substr(${column}, 1, size.value) in (select value from json_each(${sqlite.listText(texts)})))`,
  // GLOB also knows character sets; a bracket in brackets is itself.
  pattern: (glob) => glob.replace(/\[/g, "[[]"),
  isLike: (column, pattern) => sql`${column} glob ${pattern}`,
  // The handle is asked for once: the query within depends on no row.
  isLikeSome: (column, globs) => sql`fits_some(${column}, (select some_globs(${sqlite.listText(globs)})))`,
  field: (json, name) => sql`json_extract(${json}, ${sqlite.fieldKey(name)})`,
  jsonAt: (json, path) => {
    const steps = path.split(".");
    const at = (step: string) => (/^\d+$/.test(step) ? `[${step}]` : `.${JSON.stringify(step)}`);
    const byName = sql`${json} -> ${sqlite.fieldKey(path)}`;
    return steps.length === 1
      ? sql`(${byName})`
      : sql`coalesce(${byName}, ${json} -> ${`$${steps.map(at).join("")}`})`;
  },
  fieldAt: (json, key) => sql`json_extract(${json}, ${key})`,
  fieldKey: (name) => `$.${JSON.stringify(name)}`,
  fieldCount: (json) => sql`(select count(*) from json_each(${json}))`,
  labelsIn: (json) => sql`json_each(${json}) as element cross join json_each(element.value) as label`,
  isInList: (column, json) => sql`${column} in (select value from json_each(${json}))`,
  isNoneOf: (column, values) => sql`not (${sqlite.isOneOf(column, values)})`,
  inTime: sql`in_time()`,
  isTrue: (json, name) => sql`json_extract(${json}, ${`$.${name}`}) = 1`,
  someElement: (json, condition, name = "element") =>
    sql`exists (select 1 from json_each(${json}) as ${sql.ref(name)} where ${condition(sql.ref(`${name}.value`))})`,
  joinElements: (json, name, condition) =>
    sql`left join json_each(${json}) as ${sql.ref(name)} on ${condition}`,
  seconds: (time) => sql`unixepoch(${time}, 'subsec')`,
  microseconds: (time) =>
    sql`(unixepoch(substr(${time}, 1, 19)) * 1000000 + cast(substr(${time}, 21, 6) as integer))`,
  rowsOf: (columns, rows) => {
    const names = Object.keys(columns) as (keyof typeof columns)[];
    const values = names.map((name, at) => sql`value ->> ${sql.lit(at)} as ${sql.ref(name)}`);
    return sql`(select ${sql.join(values)} from json_each(${JSON.stringify(rows.map((row) => names.map((name) => row[name])))}))`;
  },
  hasAllTags: (tags, wanted) =>
    sql`(select count(distinct value) from json_each(${tags}) where ${sqlite.isOneOf(sql`value`, wanted)}) = ${new Set(wanted).size}`,
  hasAnyTag: (tags, wanted) =>
    sql`exists (select 1 from json_each(${tags}) where ${sqlite.isOneOf(sql`value`, wanted)})`,
  hasNoTags: (tags) => sql`${tags} = '[]'`,
  joinEach: (table, name, ids) =>
    sql`join ${sql.ref(table)} as ${sql.ref(name)} on ${sql.ref(name)}.id in (${ids})`,
  joinFound: (table, name, condition, index) =>
    sql`cross join ${sql.table(table)} as ${sql.ref(name)}${index ? sql` indexed by ${sql.ref(index)}` : sql``} on ${condition}`,
  joinNext: sql`cross join`,
  // It goes by the rules alone: with statistics it takes a range of time before a state where that is the worse way.
  lookAt: () => undefined,
  along: (table, index) => sql`${sql.table(table)} indexed by ${sql.ref(index)}`,
  object: (fields) => sql`json_object(${pairs(fields)})`,
  objects: (fields, order) => sql`json_group_array(json_object(${pairs(fields)})${orderedBy(order)})`,
};
