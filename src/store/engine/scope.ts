import type { Compilable, CompiledQuery, RawBuilder } from "kysely";
import type { EventCreate } from "../../schema/events.ts";
import type { LiveNoun } from "../../schema/live.ts";
import type { Dialect } from "../sql/dialect.ts";
import type {
  GraphPart,
  LoggedChange,
  Rows,
  RunKind,
  RunList,
  RunsRequest,
  RunsStep,
  Step,
  Value,
} from "./protocol.ts";
import type { Rollup } from "./rollup.ts";
import type { TransitionCache } from "./transition-cache.ts";

/** Built by Kysely, or a template of SQL. */
export type Query<R> = Compilable<R> | RawBuilder<R>;
export type Statement = Query<unknown> | Omit<Step, "reads">;

/** Where a noun reads: the reader outside of a transaction, the transaction itself inside. */
export interface Scope {
  readonly dialect: Dialect;
  now(): number;
  /** The rows of a statement written by hand. */
  rows(sql: string, values: readonly Value[], runs?: RunsRequest): Promise<Rows>;
  /** A part of the graph of a run as JSON, without its seq; null when there is no such run. */
  graph(part: GraphPart): Promise<string | null>;
  /** `runs`: the kind of runs with whose columns the rows begin. */
  all<R>(query: Query<R>, runs?: RunKind): Promise<R[]>;
  first<R>(query: Query<R>, runs?: RunKind): Promise<R | undefined>;
  /** Runs of one kind, read with exactly their columns. */
  list(query: Query<unknown>, kind: RunKind): Promise<RunList>;
  /** The same through the read cache: rows of an earlier read, if nothing was committed since. */
  cached<R>(query: Query<R>): Promise<readonly R[]>;
  /** The last committed change. */
  seq(): number;
}

/** Where a noun writes. Writes are buffered until the next read or the commit and sent in one message. */
export interface WriteScope extends Scope {
  /** The moment of the transaction, in the shape of the wire. */
  readonly time: string;
  /** Must be called for every run that is created, changed in its times or its state, or deleted. */
  readonly rollup: Rollup;
  /** Flow runs cached for the next transition; undefined if other processes write to the database. */
  readonly runs: TransitionCache | undefined;
  /** Clears the transition cache if the statement writes to its tables, unless the caller updates the cache itself. */
  write(statement: Statement, isTold?: boolean): void;
  changed(noun: LiveNoun, kind: LoggedChange["kind"], id: string, flowRunId?: string | null): void;
  event(event: EventCreate): void;
}

export function stepOf(dialect: Dialect, statement: Statement, reads: boolean): Step {
  if (!("compile" in statement)) return { ...statement, reads };
  const { sql, parameters } = statement.compile(dialect.build);
  return { sql, values: valuesOf(parameters), reads };
}

const anyIds = { one: ["\u0000"], many: ["\u0000", "\u0000"] } as const;

/** A query by ids, built once per database: for one id, and for several. */
export function aboutIds<R>(
  query: (dialect: Dialect, ids: readonly string[]) => Query<R>,
): (dialect: Dialect, ids: readonly string[]) => Query<R> {
  const compiled = {
    one: new WeakMap<Dialect, CompiledQuery<R>>(),
    many: new WeakMap<Dialect, CompiledQuery<R>>(),
  };
  return (dialect, ids) => {
    const kind = ids.length === 1 ? "one" : "many";
    const bound = (list: readonly string[]) => (kind === "one" ? list[0] : dialect.listText(list));
    const known = compiled[kind].get(dialect) ?? query(dialect, anyIds[kind]).compile(dialect.build);
    compiled[kind].set(dialect, known);
    const [place, value] = [bound(anyIds[kind]), bound(ids)];
    const parameters = known.parameters.map((parameter) => (parameter === place ? value : parameter));
    return { compile: () => ({ ...known, parameters }) };
  };
}

/** The step of `Scope.list`. */
export function listStep(scope: Scope, query: Query<unknown>, kind: RunKind): RunsStep {
  return { ...stepOf(scope.dialect, query, true), runs: { kind, now: scope.now() } };
}

/** What `Scope.all` does. */
export async function readAll<R>(scope: Scope, query: Query<R>, runs?: RunKind): Promise<R[]> {
  const { sql, values } = stepOf(scope.dialect, query, true);
  return objectsOf(query, await scope.rows(sql, values, runs && { kind: runs, now: scope.now() }));
}

/** Rows as objects, typed by the query. */
export function objectsOf<R>(_query: Query<R>, { columns, rows }: Rows): R[] {
  return rows.map((row) => {
    const object: Record<string, unknown> = {};
    for (let at = 0; at < columns.length; at += 1) object[columns[at] ?? ""] = row[at];
    return object as R;
  });
}

const valuesOf = (parameters: CompiledQuery["parameters"]): Value[] =>
  parameters.map((value) =>
    value === undefined ? null : typeof value === "boolean" ? Number(value) : (value as Value),
  );
