import { BlockDocumentFilter } from "../../schema/block-documents.ts";
import { BlockSchemaFilter, BlockTypeFilter } from "../../schema/block-types.ts";
import type { FilterColumn, StateCondition } from "../../schema/filter.ts";
import { RelatedFilters, relatedColumns } from "../../schema/filters.ts";
import type { OwnFlowRunFilter } from "../../schema/own-filters.ts";
import { stateWordProblem, stateWords } from "../../schema/state-names.ts";
import { VariableFilter } from "../../schema/variables.ts";
import type { Choices, Suggestion, Vocabulary } from "./query-suggestions.ts";
import type { Language, Value } from "./query-text.ts";
import { answerOf, instantOf, isId } from "./query-values.ts";

// A list declares its fields once; how they are read, completed and compiled is derived from the column they filter.

/** The columns that a list may be filtered by: of the nouns whose filters refer to each other, and of those that stand alone. */
const listColumns = {
  ...relatedColumns,
  variables: VariableFilter.columns,
  block_documents: BlockDocumentFilter.columns,
  block_types: BlockTypeFilter.columns,
  block_schemas: BlockSchemaFilter.columns,
};
/** What a query asks of the API, by noun. */
export const ListFilter = RelatedFilters.extend({
  variables: VariableFilter.nullish(),
  block_documents: BlockDocumentFilter.nullish(),
  block_types: BlockTypeFilter.nullish(),
  block_schemas: BlockSchemaFilter.nullish(),
});

type Nouns = typeof listColumns;
/** A column that the API filters by, with its noun: `flows.name`. */
export type ColumnPath = { [N in keyof Nouns]: `${N}.${keyof Nouns[N] & string}` }[keyof Nouns];

interface Described {
  hint: string;
  /** Empty where none would help. */
  example: string;
  /** Offered while a value is typed. */
  choices?: readonly string[];
}
/** A condition on a column of the API. */
export interface ColumnField<Row> extends Described {
  on: ColumnPath;
  /** Which end of a time column it bounds. */
  bound?: "after_" | "before_";
  /** A value is `flow/name`, its first part a name in this column. */
  within?: ColumnPath;
  /** Only our server looks at this filter; elsewhere rows are filtered here. */
  isOwn?: boolean;
  /** Values are names, written in quotes so that they are taken as a whole. */
  isName?: boolean;
  /** A value is a part of what the column has, in quotes too. */
  isPart?: boolean;
  /** What a row has in this column, for conditions that the API of Prefect has no filter for: negated ones above all. */
  of?: (row: Row) => string | readonly string[] | undefined;
  /** How our server filters by those. */
  own?: OwnCondition;
  /** What `none` asks: that a row has no such thing. */
  none?: { on: ColumnPath; condition: object } | OwnCondition;
}
/** A condition that the API of Prefect has no filter for: there, rows are filtered as they arrive. */
export interface ClientField<Row> extends Described {
  matcher: (value: Value) => (row: Row) => boolean;
  /** Why a value cannot be asked for. */
  objection?: (value: Value) => string | undefined;
  isNegatable?: boolean;
  /** How our server filters by it, which has more filters than the API of Prefect. */
  own?: OwnCondition;
}
/** A condition that the list writes into its request itself, for a route whose filter is not one of runs. */
interface RequestField extends Described {
  reads: "text" | "name" | "id" | "time" | "answer";
  isNegatable?: boolean;
  /** As of a column. */
  isName?: boolean;
  /** Why values cannot be asked for together. */
  problem?: (values: readonly Value[]) => string | undefined;
}
/** A condition among those of our own, under `praetor` of a filter. */
export interface OwnCondition {
  noun?: "flow_runs" | "task_runs";
  name: keyof OwnFlowRunFilter;
  write: (value: Value) => object | string | null;
}
/** One of a few, of which one holds where the query names none: `subflows:shown`. */
export interface OptionField extends Described {
  /** Without a column, the list writes the option into its request itself. */
  on?: ColumnPath;
  /** What each asks of the column; nothing where it is empty. */
  options: Readonly<Record<string, { condition: object; label: string }>>;
  /** Holds where the query says none. */
  initial: string;
  /** Holds instead where the query has a condition of one of these keys. */
  otherwise?: { option: string; keys: readonly string[] };
}
export type QueryField<Row> = ColumnField<Row> | ClientField<Row> | OptionField | RequestField;
export const isOptionField = <Row>(field: QueryField<Row>): field is OptionField => "options" in field;
export const isRequestField = <Row>(field: QueryField<Row>): field is RequestField => "reads" in field;
export const isColumnField = <Row>(field: QueryField<Row>): field is ColumnField<Row> =>
  "on" in field && !isOptionField(field);

/** What the query bar of one list, and the menus above it, are derived from. */
export interface QueryFields<Row, K extends string = string> {
  fields: Readonly<Record<K, QueryField<Row>>>;
  /** Fields that have a menu above the list, in this order. */
  controls?: readonly Control<K>[];
  /** Where words without a key are looked for. */
  text: Pick<ColumnField<Row>, "hint" | "of" | "own"> & { on?: ColumnPath };
  /** Offered before anything is typed. */
  starters: readonly Suggestion[];
}

/** A menu above a list that writes conditions into its query. */
export type Control<K extends string = string> =
  | { kind: "values"; key: K; label: string /** At most one value at a time. */; isSingle?: boolean }
  | { kind: "time"; since: K; until: K; label: string }
  | { kind: "option"; key: K; label: string };

/** The option that holds where the query says none. */
export const initialOption = (
  { initial, otherwise }: OptionField,
  terms: readonly { key: string }[],
): string =>
  terms.some(({ key }) => otherwise?.keys.includes(key)) ? (otherwise?.option ?? initial) : initial;

type Column = FilterColumn | FilterColumn<StateCondition>;

/** The noun and the column of a path. */
export function columnAt(path: ColumnPath): { noun: string; name: string; column: Column } {
  const [noun, name = ""] = path.split(".");
  for (const [key, columns] of Object.entries(listColumns)) {
    const column: unknown = Reflect.get(columns, name);
    if (key === noun && isColumn(column)) return { noun, name, column };
  }
  throw new Error(`expected a column that the API filters by, got ${path}`);
}
const isColumn = (value: unknown): value is Column =>
  typeof value === "object" && value !== null && "operators" in value;
/** How the values of a field are read. */
export type ValueKind = "name" | "text" | "tags" | "state" | "id" | "time" | "answer";

export function valueKindOf({ on }: Pick<ColumnField<never>, "on">): ValueKind {
  const { kind, operators, extra } = columnAt(on).column;
  if (kind === "tags" || kind === "state" || kind === "time") return kind;
  if (kind === "uuid") return "id";
  if ([...operators, ...extra].includes("like_")) return "name";
  return operators.includes("any_") ? "text" : "answer";
}

/** What is known while the page is open. */
export interface Known {
  /** Names that states of this server have; undefined where the server does not list them. */
  states?: readonly string[] | undefined;
  /** Names to complete, by the key of their field. */
  names?: Readonly<Record<string, readonly string[]>>;
}

/** The language of a query bar, from the fields of its list. */
export function queryLanguage<Row, K extends string>(
  { fields }: QueryFields<Row, K>,
  { states }: Known = {},
): Language<K> {
  const keys = keysOf(fields);
  const kinds = new Map(keys.map((key) => [key, kindOf(fields[key])]));
  const having = (test: (field: QueryField<Row>, key: K) => boolean) =>
    new Set<string>(keys.filter((key) => test(fields[key], key)));
  return {
    keys: keys.map((key) => ({ key, hint: fields[key].hint, example: fields[key].example })),
    negatable: having((field) =>
      isColumnField(field) ? field.of !== undefined : !isOptionField(field) && field.isNegatable === true,
    ),
    quotedKeys: having(isWholeName),
    partialKeys: new Set([...having((_, key) => kinds.get(key) === "name"), "text"]),
    words: (key) => (kinds.get(key) === "state" ? [...stateWords, ...(states ?? [])] : undefined),
    objection(key, values) {
      const field = fields[key];
      for (const value of values) {
        const problem = isOptionField(field)
          ? problemOfOption(key, field, values)
          : problemOfValue(key, field, value, states);
        if (problem !== undefined) return problem;
      }
      return isRequestField(field) ? field.problem?.(values) : undefined;
    },
  };
}

/** How the values of any field are read; undefined where they are not of a usual kind. */
export const kindOf = <Row>(field: QueryField<Row>): ValueKind | undefined =>
  isColumnField(field) ? valueKindOf(field) : isRequestField(field) ? field.reads : undefined;

/** Whether the values of a field are names, written in quotes. */
export const isWholeName = <Row>(field: QueryField<Row>): boolean =>
  (isColumnField(field) || isRequestField(field)) && field.isName === true;

const keysOf = <K extends string>(fields: Readonly<Record<K, unknown>>): K[] => {
  const isKey = (key: string): key is K => key in fields;
  return Object.keys(fields).filter(isKey);
};

function problemOfOption(
  key: string,
  { options }: OptionField,
  values: readonly Value[],
): string | undefined {
  const names = Object.keys(options);
  const [only, ...more] = values;
  if (only && more.length === 0 && names.includes(only.text.toLowerCase())) return undefined;
  return `${key}: expected one of ${names.join(", ")}, got “${values.map(({ text }) => text).join()}”`;
}

function problemOfValue<Row>(
  key: string,
  field: Exclude<QueryField<Row>, OptionField>,
  value: Value,
  states: readonly string[] | undefined,
): string | undefined {
  const kind = kindOf(field);
  if (kind) return problemOf(key, kind, value, states);
  return "objection" in field ? field.objection?.(value) : undefined;
}

function problemOf(
  key: string,
  kind: ValueKind,
  value: Value,
  states: readonly string[] | undefined,
): string | undefined {
  const { text } = value;
  if (kind === "state") return stateWordProblem(text, states);
  if (kind === "time" && instantOf(text, 0, "UTC") === undefined)
    return `${key}: expected a time such as 24h or 2026-11-22, got “${text}”`;
  if (kind === "id" && !isId(value)) return `${key}: expected whole ids, got “${text}”`;
  if (kind === "answer" && answerOf(value) === undefined) return `${key}: expected yes or no, got “${text}”`;
  return undefined;
}

const spans = ["15m", "1h", "6h", "24h", "7d", "30d"];

/** What the query bar suggests, with the names that are known. */
export function vocabularyOf<Row, K extends string>(
  { fields, text, starters }: QueryFields<Row, K>,
  { states = [], names = {} }: Known,
): Vocabulary {
  const keys = keysOf(fields);
  const choices: Record<string, Choices> = {};
  for (const key of keys) {
    const field = fields[key];
    const list = isOptionField(field)
      ? Object.keys(field.options)
      : (field.choices ?? choicesOf(kindOf(field), names[key], states));
    if (list.length > 0)
      choices[key] = { list, hint: field.hint, ...(isWholeName(field) ? { quote: true } : {}) };
  }
  const guessed = keys.filter(
    (key) => choices[key] && (kindOf(fields[key]) === "state" || choices[key].quote),
  );
  return {
    keys: keys.map((key) => ({ key, hint: fields[key].hint })),
    starters,
    choices,
    guesses: (word) => guessed.flatMap((key) => guess(key, word, choices[key])),
    plain: text.hint,
  };
}

function choicesOf(
  kind: ValueKind | undefined,
  names: readonly string[] = [],
  states: readonly string[] = [],
): readonly string[] {
  if (kind === "state") return [...new Set([...stateWords, ...states.map((name) => name.toLowerCase())])];
  if (kind === "tags") return [...new Set(names), "none"];
  if (kind === "time") return spans;
  if (kind === "answer") return ["yes", "no"];
  return [...new Set(names)];
}

/** Names may have the word anywhere; words of a fixed vocabulary begin with it. */
function guess(key: string, word: string, choices: Choices | undefined): Suggestion[] {
  const { list = [], quote = false } = choices ?? {};
  const found = quote
    ? list.filter((name) => name.toLowerCase().includes(word)).slice(0, 4)
    : list.filter((name) => name.startsWith(word)).slice(0, 3);
  return found.map((name) => ({ text: quote ? `${key}:"${name}"` : `${key}:${name}`, hint: key }));
}
