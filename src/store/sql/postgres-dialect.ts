import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import { literalLike } from "../../schema/filter.ts";
import type { Tables } from "../tables.ts";
import { type Clause, type Column, type Dialect, lengthsOf, orderedBy, pairs } from "./dialect.ts";
import { arrayText } from "./postgres-text.ts";

const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

const json = (text: Column): Column => sql`cast(${text} as json)`;
const like = (column: Column, pattern: string): Clause => sql`${column} like ${pattern}`;

const isAny = (column: Column, values: readonly (string | number)[]): Clause => {
  const type = typeof values[0] === "number" ? sql`bigint[]` : sql`text[]`;
  return sql`${column} = any(cast(${arrayText(values)} as ${type}))`;
};

const tagsIn = (tags: Column, wanted: readonly string[]): Column =>
  sql`from json_array_elements_text(${json(tags)}) as tag(value) where ${isAny(sql`tag.value`, wanted)}`;

const wildcards: Record<string, string> = { "*": "%", "?": "_" };

export const postgres: Dialect = {
  build,
  isShared: true,
  form: (forms) => forms.postgres,
  // One transaction writes at a time: it took a lock when it began.
  locked: (query) => query,
  listText: arrayText,
  isOneOf: (column, values) => (values.length === 1 ? sql`${column} = ${values[0]}` : isAny(column, values)),
  // Both folded by the same hand: how far that goes is a setting of the database.
  containsLike: (column, pattern) => sql`lower(${column}) like lower(cast(${`%${pattern}%`} as text))`,
  contains: (column, text) => postgres.containsLike(column, literalLike(text)),
  startsWith: (column, text) => like(column, `${literalLike(text)}%`),
  startsWithSome: (column, texts) => sql`exists (
    select 1 from unnest(cast(${arrayText(lengthsOf(texts))} as integer[])) as size(length)
    where left(${column}, size.length) = any(cast(${arrayText(texts)} as text[])))`,
  pattern: (glob) => glob.replace(/[\\%_*?]/g, (found) => wildcards[found] ?? `\\${found}`),
  isLike: (column, pattern) => sql`${column} like ${pattern}`,
  isLikeSome: (column, globs) =>
    sql`${column} like any(cast(${arrayText(globs.map(postgres.pattern))} as text[]))`,
  field: (object, name) => sql`(${json(object)} ->> ${sql.lit(name)})`,
  jsonAt: (object, path) => {
    const byName = sql`${json(object)} -> cast(${path} as text)`;
    const byPath = sql`${json(object)} #> cast(${arrayText(path.split("."))} as text[])`;
    return sql`cast(coalesce(${byName}, ${byPath}) as text)`;
  },
  fieldAt: (object, key) => sql`(${json(object)} ->> ${key})`,
  fieldKey: (name) => name,
  fieldCount: (object) => sql`(select count(*) from json_object_keys(${json(object)}))`,
  labelsIn: (list) => sql`json_array_elements(${json(list)}) with ordinality as element(value, key)
    cross join json_each_text(element.value) as label(key, value)`,
  isInList: (column, list) => sql`${column} in (select json_array_elements_text(${json(list)}))`,
  // Said so because before version 15 only what is in a list is looked up by a hash, not what is in none.
  isNoneOf: (column, values) => sql`(${column} is not null and (${isAny(column, values)}) is not true)`,
  // Each statement has its timeout.
  inTime: sql`true`,
  isTrue: (object, name) => sql`(${json(object)} ->> ${sql.lit(name)}) = 'true'`,
  someElement: (list, condition, name = "element") => sql`exists (select 1
    from json_array_elements_text(${json(list)}) as ${sql.ref(name)}(value) where ${condition(sql.ref(`${name}.value`))})`,
  joinElements: (list, name, condition) =>
    sql`left join lateral json_array_elements_text(${json(list)}) as ${sql.ref(name)}(value) on ${condition}`,
  seconds: (time) =>
    sql`cast(round(extract(epoch from cast(${time} as timestamptz)), 3) as double precision)`,
  microseconds: (time) => sql`cast(extract(epoch from cast(${time} as timestamptz)) * 1000000 as bigint)`,
  rowsOf: (columns, rows) => {
    const names = Object.keys(columns) as (keyof typeof columns)[];
    const lists = names.map((name) => {
      const type = columns[name] === "text" ? sql`text[]` : sql`bigint[]`;
      return sql`cast(${arrayText(rows.map((row) => row[name]))} as ${type})`;
    });
    const columnNames = sql.join(names.map((name) => sql.ref(name)));
    return sql`(select * from unnest(${sql.join(lists)}) as given(${columnNames}))`;
  },
  hasAllTags: (tags, wanted) =>
    sql`(select count(distinct tag.value) ${tagsIn(tags, wanted)}) = ${new Set(wanted).size}`,
  hasAnyTag: (tags, wanted) => sql`exists (select 1 ${tagsIn(tags, wanted)})`,
  hasNoTags: (tags) => sql`${tags} = '[]'`,
  joinEach: (table, name, ids) => sql`cross join lateral (${ids}) as each_of_them
    join ${sql.ref(table)} as ${sql.ref(name)} on ${sql.ref(name)}.id = each_of_them.id`,
  // The offset keeps the planner from joining first, by what few values have in common, and looking at the rest after.
  joinFound: (table, name, condition) => sql`cross join lateral (
    select * from ${sql.table(table)} as ${sql.ref(name)} where ${condition} offset 0) as ${sql.ref(name)}`,
  joinNext: sql`join`,
  along: (table) => sql.table(table),
  lookAt: (table) => sql`analyze ${sql.table(table)}`,
  object: (fields) => sql`cast(json_build_object(${pairs(fields)}) as text)`,
  objects: (fields, order) =>
    sql`coalesce(cast(json_agg(json_build_object(${pairs(fields)})${orderedBy(order)}) as text), '[]')`,
};
