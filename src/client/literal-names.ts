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

/** Inputs that are filters with names. Values of users, such as parameters, are sent as they are. */
const filters: ReadonlySet<string> = new Set([
  ...["flows", "flow_runs", "task_runs", "deployments"],
  ...["artifacts", "variables", "block_documents", "block_types"],
]);

/** Conditions are at one depth: `flows: { name: { like_ } }`. */
function literal<R extends Route>(input: Input<R>): Input<R> {
  return mapped(input, (value, key) =>
    filters.has(key) ? mapped(value, (condition) => mapped(condition, escaped)) : value,
  );
}

const escaped = (value: unknown, key: string): unknown =>
  key === "like_" && typeof value === "string" ? literalLike(value) : value;

/** A plain object with its values mapped by `change`; other values unchanged. */
function mapped<T>(value: T, change: (inner: unknown, key: string) => unknown): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, change(inner, key)]);
  return Object.assign({}, value, Object.fromEntries(entries));
}
