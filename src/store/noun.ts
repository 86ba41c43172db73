import type { Route } from "../schema/route.ts";
import type { Scope, WriteScope } from "./engine/scope.ts";
import type { Transaction } from "./engine/transaction.ts";

// One declaration per noun: its reads and writes. The store's interface is inferred from it.

/** Result of a create that may find an existing row: 201 when new, 200 when not. */
export interface Created<T> {
  row: T;
  isNew: boolean;
}

type Verbs<S> = Record<string, (scope: S, ...input: never[]) => unknown>;

type NoVerbs = Record<never, never>;

/** The verbs without their scope. */
type Bound<V> = {
  [Verb in keyof V]: V[Verb] extends (scope: never, ...input: infer Input) => infer Output
    ? (...input: Input) => Output
    : never;
};

export interface Noun<Reads = Verbs<Scope>, Writes = Verbs<WriteScope>, Inside = Verbs<WriteScope>> {
  reads: Reads;
  writes: Writes;
  inside: Inside;
  plain?: PlainRoutes;
}

/** Routes that only call the verbs of the same names: create, read, filter, count, paginate, update, delete. */
export interface PlainRoutes {
  routes: Readonly<Record<string, Route>>;
  /** Message of the 404. */
  missing: string;
}

/** A noun as the store offers it: each write is a transaction of its own. */
export type Outer<N> =
  N extends Noun<infer Reads, infer Writes, infer _> ? Bound<Reads> & Bound<Writes> : never;

/** A noun as a transaction offers it. */
export type Inner<N> =
  N extends Noun<infer Reads, infer Writes, infer Inside>
    ? Omit<Bound<Reads>, keyof Inside> & Bound<Writes> & Bound<Inside>
    : never;

/**
 * Declares a noun by its verbs, functions of a scope and their input. A verb that finds nothing answers undefined,
 * false or null: the caller decides whether that is a 404.
 * @param reads are offered everywhere: outside they read what is committed, in a transaction what it has written too
 * @param writes are offered everywhere: outside each is a transaction of its own
 * @param inside are offered in transactions only; they may replace a read there
 */
export function noun<Reads extends Verbs<Scope>>(reads: Reads): Noun<Reads, NoVerbs, NoVerbs>;
export function noun<Reads extends Verbs<Scope>, Writes extends Verbs<WriteScope>>(
  reads: Reads,
  writes: Writes,
): Noun<Reads, Writes, NoVerbs>;
export function noun<
  Reads extends Verbs<Scope>,
  Writes extends Verbs<WriteScope>,
  Inside extends Verbs<WriteScope>,
>(reads: Reads, writes: Writes, inside: Inside): Noun<Reads, Writes, Inside>;
export function noun(
  reads: Verbs<Scope>,
  writes: Verbs<WriteScope> = {},
  inside: Verbs<WriteScope> = {},
): Noun {
  return { reads, writes, inside };
}

/** Binds the plain routes of a noun. */
export const withRoutes = <N extends Noun>(declared: N, plain: PlainRoutes): N => ({ ...declared, plain });

export type Transact = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
type Bare = Record<string, (...input: never[]) => unknown>;

/** The verbs of a noun outside of transactions. */
export function outer<N extends Noun>({ reads, writes }: N, reader: Scope, transact: Transact): Outer<N> {
  const verbs = bound(reads, reader);
  for (const [name, write] of Object.entries(writes)) {
    verbs[name] = (...input) => transact(async (transaction) => write(transaction, ...input));
  }
  return verbs as Outer<N>;
}

/** The verbs of a noun in a transaction. */
export const inner = <N extends Noun>({ reads, writes, inside }: N, transaction: Transaction): Inner<N> =>
  bound({ ...reads, ...writes, ...inside }, transaction) as Inner<N>;

function bound<S>(verbs: Verbs<S>, scope: S): Bare {
  const all: Bare = {};
  for (const name in verbs) {
    const verb = verbs[name];
    if (verb) all[name] = (...input) => verb(scope, ...input);
  }
  return all;
}
