import { literalLike } from "../schema/filter.ts";
import type { Input, Route } from "../schema/route.ts";
import type { Client } from "./client.ts";

/** Characters that `like_` does not match literally. */
export const isPattern = (name: string): boolean => literalLike(name) !== name;

/**
 * The same client, which escapes `like_` filters so that they match literally. Only for servers of
 * ours: Prefect's on SQLite has no escape.
 */
export const withLiteralNames = (client: Client): Client => ({
  ...client,
  call: (route, input, options) => client.call(route, literal<typeof route>(input), options),
});

/** Filters are at one depth: `flows: { name: { like_ } }`. User values such as parameters are deeper or elsewhere. */
function literal<R extends Route>(input: Input<R>): Input<R> {
  return mapped(input, (filter) => mapped(filter, (condition) => mapped(condition, escaped, "like_")));
}

const escaped = (value: unknown): unknown => (typeof value === "string" ? literalLike(value) : value);

/** A plain object with its values (or one of them) mapped by `change`; other values unchanged. */
function mapped<T>(value: T, change: (inner: unknown) => unknown, only?: string): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    only === undefined || key === only ? change(inner) : inner,
  ]);
  return Object.assign({}, value, Object.fromEntries(entries));
}
