import { z } from "zod";
import { Time } from "./scalars.ts";

const schemaOf = {
  uuid: z.guid().transform((id) => id.toLowerCase()),
  text: z.string(),
  time: Time,
  number: z.number(),
  tags: z.string(),
};
export type ColumnKind = keyof typeof schemaOf;

/**
 * Escapes a text as a LIKE pattern that matches only that text: `%` and `_` are wildcards in `like_`, without regard
 * to case, as in Prefect. A backslash escapes them here, and on a Prefect server on PostgreSQL.
 */
export const literalLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/** Characters of a text that names are compared with: SQLite takes no pattern of more than 50,000 bytes. */
const maxPattern = 10_000;

/** One field of a filter, as the store reads it. `column` decides which operators it has. */
export interface Condition {
  operator?: "and_" | "or_" | null;
  any_?: string[] | null;
  not_any_?: string[] | null;
  all_?: string[] | null;
  startswith_?: string[] | null;
  like_?: string | null;
  is_null_?: boolean | null;
  exists_?: boolean | null;
  eq_?: boolean | null;
  before_?: string | null;
  after_?: string | null;
  ge_?: number | null;
  le_?: number | null;
  query?: string | null;
}
export type Operator = Exclude<keyof Condition, "operator">;

const operators = (kind: ColumnKind): Record<Operator, z.ZodType> => ({
  any_: z.array(schemaOf[kind]),
  not_any_: z.array(schemaOf[kind]),
  all_: z.array(schemaOf[kind]),
  startswith_: z.array(z.string()),
  like_: z.string().max(maxPattern),
  is_null_: z.boolean(),
  exists_: z.boolean(),
  eq_: z.boolean(),
  before_: Time,
  after_: Time,
  ge_: z.int32(),
  le_: z.int32(),
  query: z.string().max(200),
});

const AndOr = z.enum(["and_", "or_"]).nullish();

interface ColumnOptions {
  /** The column's own filter takes `operator: and_ | or_`. */
  combines?: boolean;
  /** Operators that a Prefect server does not have for this column and refuses. */
  extra?: readonly Operator[];
}

/** A column that requests may filter by. The wire format, the SQL and the fields of a query bar are derived from it. */
export interface FilterColumn<C = Condition> {
  kind: ColumnKind | "state";
  /** Operators of every server, and those of ours only. */
  operators: readonly Operator[];
  extra: readonly Operator[];
  schema: z.ZodType<C>;
}

/** A filterable column: its kind and the operators that the contract gives it. */
export function column(
  kind: ColumnKind,
  allowed: readonly Operator[],
  { combines = false, extra = [] }: ColumnOptions = {},
): FilterColumn {
  const all = operators(kind);
  const shape: Record<string, z.ZodType> = combines ? { operator: AndOr } : {};
  for (const name of [...allowed, ...extra]) shape[name] = name === "query" ? all.query : all[name].nullish();
  return {
    kind,
    operators: allowed,
    extra,
    schema: z.strictObject(shape) as unknown as z.ZodType<Condition>,
  };
}

export interface StateCondition {
  operator?: "and_" | "or_" | null;
  type?: Condition | null;
  name?: Condition | null;
}

/** The nested filter on a run's state: by type and by name. */
export const stateColumn = (
  allowed: readonly Operator[],
  StateType: z.ZodType,
): FilterColumn<StateCondition> => {
  const types = Object.fromEntries(allowed.map((name) => [name, z.array(StateType).nullish()]));
  const schema = z.strictObject({
    operator: AndOr,
    type: z.strictObject(types).nullish(),
    name: column("text", allowed).schema.nullish(),
  });
  return {
    kind: "state",
    operators: allowed,
    extra: [],
    schema: schema as unknown as z.ZodType<StateCondition>,
  };
};

export type FilterColumns = Record<string, FilterColumn | FilterColumn<StateCondition> | z.ZodType>;
type ConditionOf<C> = C extends { schema: z.ZodType<infer T> } ? T : C extends z.ZodType<infer T> ? T : never;

export type Filter<C> = { operator?: "and_" | "or_" | null } & { [K in keyof C]?: ConditionOf<C[K]> | null };

/** The schema of a filter, with the columns that it is made of. */
export type FilterSchema<C> = z.ZodType<Filter<C>> & { readonly columns: C };

/** The filter of a noun: every column optional, combined with AND unless `operator` says `or_`. */
export function filterOf<C extends FilterColumns>(
  columns: C,
  options: { combines?: boolean } = {},
): FilterSchema<C> {
  const shape: Record<string, z.ZodType> = options.combines === false ? {} : { operator: AndOr };
  for (const [name, one] of Object.entries(columns))
    shape[name] = ("operators" in one ? one.schema : one).nullish();
  return Object.assign(z.strictObject(shape) as unknown as z.ZodType<Filter<C>>, { columns });
}
