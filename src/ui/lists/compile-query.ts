import type { z } from "zod";
import { timestamp } from "../../schema/scalars.ts";
import { readStateWord, type StateWord } from "../../schema/state-names.ts";
import { defaultStateName, stateTypes } from "../../schema/states.ts";
import {
  type ColumnField,
  type ColumnPath,
  columnAt,
  initialOption,
  isColumnField,
  isOptionField,
  isRequestField,
  ListFilter,
  type OwnCondition,
  type QueryFields,
  valueKindOf,
} from "./query-fields.ts";
import type { Query, Term, Value } from "./query-text.ts";
import { answerOf, beginningOf, instantOf, isNamed, nameCondition, textsOf } from "./query-values.ts";

export type ServerFilter = z.output<typeof ListFilter>;
export type ClientFilter<Row> = (row: Row) => boolean;

export interface CompiledQuery<Row> {
  /** What the API filters by. */
  server: ServerFilter;
  /** What it has no filter for: rows are filtered as they arrive. */
  client: readonly ClientFilter<Row>[];
  /** Bounds of time, in milliseconds. */
  since?: number;
  until?: number;
}

export interface CompileOptions {
  /** Makes `since:24h` an instant. */
  now: number;
  /** Names that states of this server have. */
  states?: readonly string[] | undefined;
  /** In which times without an offset are meant: that of the settings. */
  zone?: string;
  /** A Prefect server lacks some operators; what needs them is filtered here. */
  isPraetor?: boolean;
}

/** What a query asks of the API, and what is left for the dashboard to filter. */
export function compileQuery<Row, K extends string>(
  { terms }: Query<K>,
  list: QueryFields<Row, K>,
  options: CompileOptions,
): CompiledQuery<Row> {
  const conditions = new Conditions();
  const client: ClientFilter<Row>[] = [];
  const bounds: { since?: number; until?: number } = {};
  for (const [key, field] of Object.entries<QueryFields<Row>["fields"][string]>(list.fields)) {
    const own = terms.filter((term) => term.key === key);
    if (isOptionField(field)) {
      const option = own.at(-1)?.values[0]?.text.toLowerCase() ?? initialOption(field, terms);
      const { condition = {} } = field.options[option] ?? {};
      if (field.on && Object.keys(condition).length > 0) conditions.add(field.on, condition);
      continue;
    }
    if (own.length === 0 || isRequestField(field)) continue;
    if (!isColumnField(field) && field.own && options.isPraetor !== false) {
      conditions.addOwn(field.own, own);
    } else if (!isColumnField(field)) {
      client.push(...own.map(({ not, values }) => anyOf(values.map(field.matcher), not)));
    } else if (valueKindOf(field) === "time") {
      const instant = instantOf(own.at(-1)?.values[0]?.text ?? "", options.now, options.zone ?? "UTC");
      if (instant === undefined) continue;
      bounds[field.bound === "before_" ? "until" : "since"] = instant;
      conditions.add(field.on, { [field.bound ?? "after_"]: timestamp(Math.round(instant)) });
    } else client.push(...compileField(field, own, conditions, options));
  }
  const words = terms.filter((term) => term.key === "text").flatMap((term) => term.values);
  if (words.length > 0) client.push(...compileWords(list.text, words, conditions, options));
  return { server: ListFilter.parse(conditions.filters), client, ...bounds };
}

/** Conditions by noun and column, as the API takes them. */
class Conditions {
  readonly filters: Record<string, Record<string, object>> = {};

  has(path: ColumnPath): boolean {
    const { noun, name } = columnAt(path);
    return this.filters[noun]?.[name] !== undefined;
  }

  add(path: ColumnPath, condition: object): void {
    const { noun, name } = columnAt(path);
    const columns = this.filters[noun] ?? {};
    this.filters[noun] = columns;
    columns[name] = { ...columns[name], ...condition };
  }

  /** Conditions of our own stand in a list, of which all have to hold. */
  addOwn(
    { noun = "flow_runs", name, write }: OwnCondition,
    terms: readonly Pick<Term, "not" | "values">[],
  ): void {
    const columns = this.filters[noun] ?? {};
    this.filters[noun] = columns;
    const list = terms.map(({ not, values }) => ({ any_: values.map(write), ...(not ? { not } : {}) }));
    const before: unknown = columns.praetor && Reflect.get(columns.praetor, name);
    columns.praetor = { ...columns.praetor, [name]: [...(Array.isArray(before) ? before : []), ...list] };
  }
}

/** Adds what the API filters by and returns the rest. */
function compileField<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
  options: CompileOptions,
): ClientFilter<Row>[] {
  const kind = valueKindOf(field);
  if (field.isOwn && options.isPraetor === false) return terms.map((term) => matching(field, term));
  if (kind === "state") return compileStates(field, terms, conditions, options);
  const asked =
    kind === "tags" ? tagged(field, terms, conditions) : withoutNone(field, terms, conditions, options);
  const wanted = asked.terms.filter((term) => !term.not);
  const values = wanted.flatMap((term) => term.values);
  const negated = asked.terms.filter((term) => term.not);
  const rest = [...asked.rest, ...beyond(field, negated, conditions, options)];
  if (field.isPart) return [...compileParts(field, wanted, conditions), ...rest];
  if (values.length === 0) return rest;
  if (kind === "tags") return [...compileTags(field, wanted, conditions, options), ...rest];
  if (kind === "answer") {
    const isYes = answerOf(values.at(-1)) === true;
    const hasFlag = columnAt(field.on).column.operators.includes("eq_");
    conditions.add(field.on, hasFlag ? { eq_: isYes } : { is_null_: !isYes });
  } else if (kind === "name") addNames(field, values, conditions);
  else conditions.add(field.on, { any_: textsOf(values) });
  return rest;
}

/** What the column has no filter for: a condition of our own, or a filter of rows. */
function beyond<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
  { isPraetor = true }: CompileOptions,
): ClientFilter<Row>[] {
  if (terms.length === 0) return [];
  if (!field.own || !isPraetor) return terms.map((term) => matching(field, term));
  conditions.addOwn(field.own, terms);
  return [];
}

const isNone = ({ text, exact }: Value): boolean => text === "none" && !exact;

/** Adds what `version:none` asks, and returns the other terms. */
function withoutNone<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
  { isPraetor = true }: CompileOptions,
): { terms: readonly Term[]; rest: ClientFilter<Row>[] } {
  const { none } = field;
  const isAlone = ({ not, values }: Term) => !not && values.length === 1 && values.every(isNone);
  if (!none || !terms.some(isAlone)) return { terms, rest: [] };
  const others = terms.filter((term) => !isAlone(term));
  if ("on" in none) conditions.add(none.on, none.condition);
  else if (isPraetor) conditions.addOwn(none, terms.filter(isAlone));
  else return { terms: others, rest: [(row) => listOf(field.of?.(row)).length === 0] };
  return { terms: others, rest: [] };
}

/** The API takes one part; rows are filtered by any others. */
function compileParts<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
): ClientFilter<Row>[] {
  const asked = terms.find(({ values }) => values.length === 1);
  const [only] = asked?.values ?? [];
  if (only) conditions.add(field.on, { like_: only.text });
  return terms.filter((term) => term !== asked).map((term) => matching(field, term));
}

function addNames<Row>(
  { on, within }: ColumnField<Row>,
  values: readonly Value[],
  conditions: Conditions,
): void {
  const [first] = values;
  const slash = first?.text.indexOf("/") ?? -1;
  if (!within || !first || slash < 0 || values.length > 1) {
    conditions.add(on, nameCondition(values));
    return;
  }
  const part = (text: string) => nameCondition([{ text, exact: first.exact }]);
  if (!conditions.has(within)) conditions.add(within, part(first.text.slice(0, slash)));
  conditions.add(on, part(first.text.slice(slash + 1)));
}

/** Adds what `-tag:none` asks, and returns the other terms. */
function tagged<Row>(field: ColumnField<Row>, terms: readonly Term[], conditions: Conditions) {
  const hasSome = terms.some(({ not, values }) => not && values.some(isNone));
  if (!hasSome) return { terms, rest: [] };
  conditions.add(field.on, { is_null_: false });
  const others = terms.map((term) =>
    term.not ? { ...term, values: term.values.filter((value) => !isNone(value)) } : term,
  );
  return { terms: others.filter(({ values }) => values.length > 0), rest: [] };
}

/** Any of the tags of one condition, and all conditions together: `tag:a,b tag:c`. */
function compileTags<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
  options: CompileOptions,
): ClientFilter<Row>[] {
  const { operators, extra } = columnAt(field.on).column;
  const hasAny = operators.includes("any_") || (options.isPraetor !== false && extra.includes("any_"));
  const rest: ClientFilter<Row>[] = [];
  const all: string[] = [];
  let any: string[] | undefined;
  for (const term of terms) {
    const tags = textsOf(term.values);
    const [only] = tags;
    if (only === undefined) continue;
    if (term.values.some((value) => beginningOf(value) !== undefined))
      rest.push(...beyond(field, [term], conditions, options));
    else if (tags.length === 1 && only === "none") conditions.add(field.on, { is_null_: true });
    else if (tags.length === 1) all.push(only);
    else if (hasAny && any === undefined && !tags.includes("none")) any = tags;
    else if (tags.includes("none")) rest.push(matching(field, term));
    else rest.push(...beyond(field, [term], conditions, options));
  }
  if (all.length > 0) conditions.add(field.on, { all_: all });
  if (any) conditions.add(field.on, { any_: any });
  return rest;
}

/** A name in quotes as the server writes it is that name alone, and not its type. */
function stateWordOf({ text, exact }: Value, states: readonly string[]): StateWord {
  const isName = exact && stateTypes.some((type) => defaultStateName(type) === text);
  return isName ? { kind: "name", name: text } : readStateWord(text, states);
}

function compileStates<Row>(
  field: ColumnField<Row>,
  terms: readonly Term[],
  conditions: Conditions,
  { states = [], isPraetor = true }: CompileOptions,
): ClientFilter<Row>[] {
  const read = (not: boolean) => {
    const values = terms.filter((term) => term.not === not).flatMap((term) => term.values);
    const words = values.map((value) => stateWordOf(value, states));
    return {
      types: words.flatMap((word) => (word.kind === "type" ? [word.type] : [])),
      names: words.flatMap((word) => (word.kind === "name" ? [word.name] : [])),
    };
  };
  const [wanted, unwanted] = [read(false), read(true)];
  const canNegate = columnAt(field.on).column.operators.includes("not_any_");
  // Without negation, what is not wanted becomes what else there is.
  const others = stateTypes.filter((type) => !unwanted.types.includes(type));
  const types = wanted.types.length > 0 || canNegate || unwanted.types.length === 0 ? wanted.types : others;
  const condition = {
    type: { ...some("any_", types), ...some("not_any_", canNegate ? unwanted.types : []) },
    name: { ...some("any_", wanted.names), ...some("not_any_", canNegate ? unwanted.names : []) },
  };
  const isEither = wanted.types.length > 0 && wanted.names.length > 0;
  conditions.add(field.on, {
    ...(isEither ? { operator: "or_" } : {}),
    ...(Object.keys(condition.type).length > 0 ? { type: condition.type } : {}),
    ...(Object.keys(condition.name).length > 0 ? { name: condition.name } : {}),
  });
  if (canNegate || unwanted.names.length === 0) return [];
  if (field.own && isPraetor) {
    conditions.addOwn(field.own, [
      { not: true, values: unwanted.names.map((text) => ({ text, exact: true })) },
    ]);
    return [];
  }
  const hasState = (names: readonly string[]) => (row: Row) =>
    !names.some((name) => listOf(field.of?.(row)).includes(name));
  return [hasState(unwanted.names)];
}

const some = (key: string, list: readonly string[]) => (list.length > 0 ? { [key]: list } : {});

/** Words without a key are one part of a name; where a field has taken that column, rows are filtered by them. */
function compileWords<Row>(
  { on, of, own }: QueryFields<Row>["text"],
  words: readonly Value[],
  conditions: Conditions,
  { isPraetor = true }: CompileOptions,
): ClientFilter<Row>[] {
  const text = words.map((word) => word.text).join(" ");
  if (on !== undefined && !conditions.has(on)) conditions.add(on, { like_: text });
  else if (own && isPraetor) conditions.addOwn(own, [{ not: false, values: [{ text, exact: false }] }]);
  else if (of) return [(row) => listOf(of(row)).some((name) => isNamed(name, { text, exact: false }))];
  return [];
}

/** One condition as a test of rows. */
function matching<Row>(
  { of, on, isPart = false }: ColumnField<Row>,
  { values, not }: Term,
): ClientFilter<Row> {
  const isTags = valueKindOf({ on }) === "tags";
  const tests = values.map((value) => (row: Row) => {
    const list = listOf(of?.(row));
    const beginning = beginningOf(value);
    if (isTags && beginning !== undefined) return list.some((tag) => tag.startsWith(beginning));
    if (isTags) return value.text === "none" ? list.length === 0 : list.includes(value.text);
    return list.some((text) => isNamed(text, isPart ? { ...value, exact: false } : value));
  });
  // What is not known of a row yet neither has the value nor lacks it.
  const isKnown = (row: Row) => of?.(row) !== undefined;
  const test = anyOf(tests, not);
  return (row) => isKnown(row) && test(row);
}

const anyOf =
  <Row>(tests: readonly ((row: Row) => boolean)[], not: boolean): ClientFilter<Row> =>
  (row) =>
    tests.some((test) => test(row)) !== not;

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
