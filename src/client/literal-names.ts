import { literalLike } from "../schema/filter.ts";
import type { Input, Route } from "../schema/route.ts";
import type { Client } from "./client.ts";

/** Characters of a name that `like_` does not take as they are. */
export const isPattern = (name: string): boolean => literalLike(name) !== name;

/**
 * The same client, for which a part of a name in a filter (`like_`) is that text and no pattern. Only for servers of
 * ours: Prefect's on SQLite knows no way to say so.
 */
export const withLiteralNames = (client: Client): Client => ({
  ...client,
  call: (route, input, options) => client.call(route, literal<typeof route>(input), options),
});

/** Filters lie at one depth: `flows: { name: { like_ } }`. Values of a user, as parameters, lie deeper or elsewhere. */
function literal<R extends Route>(input: Input<R>): Input<R> {
  return mapped(input, (filter) => mapped(filter, (condition) => mapped(condition, escaped, "like_")));
}

const escaped = (value: unknown): unknown => (typeof value === "string" ? literalLike(value) : value);

/** A plain object with its values (or one of them) put through `change`; anything else as it is. */
function mapped<T>(value: T, change: (inner: unknown) => unknown, only?: string): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    only === undefined || key === only ? change(inner) : inner,
  ]);
  return Object.assign({}, value, Object.fromEntries(entries));
}
