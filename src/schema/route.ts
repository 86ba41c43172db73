import type { z } from "zod";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** One operation of the API: the server binds it, the client calls it, OpenAPI is printed from it. */
export interface Route<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly noun: string;
  readonly name: string;
  readonly method: Method;
  /** Below `/api`, parameters as `:key`; each is a key of `input`. */
  readonly path: string;
  /** Path parameters, query (`GET`, `DELETE` and the keys in `query`) and body in one object. */
  readonly input: I;
  readonly output: O;
  /** Status of a plain success. */
  readonly status: number;
  /** The key of `input` that is the whole body, where the body is a list or a map. */
  readonly bodyKey?: string;
  /** Bodies of many megabytes are usual, as clients send batches. */
  readonly isBulk?: boolean;
  /** A lower limit for the body in bytes. */
  readonly maxBytes?: number;
  /** Characters of one entry of a body that is a list. */
  readonly maxEntry?: number;
  /** Reports of programs must not be lost: text that no database can store is repaired, not refused. */
  readonly isReport?: boolean;
  /** Checks within the transaction that the requesting attempt still has its run. */
  readonly isFenced?: boolean;
  /** Keys of `input` that travel in the query though the method has a body. */
  readonly query?: readonly string[];
}

type Spec = Omit<Route, "noun" | "name" | "status"> & { status?: number };
type RouteOf<S extends Spec> = Route<S["input"], S["output"]>;

export type Input<R extends Route> = z.input<R["input"]>;
export type Parsed<R extends Route> = z.output<R["input"]>;
export type Output<R extends Route> = z.output<R["output"]>;

export function routes<const S extends Record<string, Spec>>(
  noun: string,
  specs: S,
): { [K in keyof S]: RouteOf<S[K]> } {
  const entries = Object.entries(specs).map(([name, spec]) => [name, { status: 200, ...spec, noun, name }]);
  return Object.fromEntries(entries) as { [K in keyof S]: RouteOf<S[K]> };
}

/** Splits an input into path, query and body. */
export function splitInput(route: Route, input: Record<string, unknown>) {
  const inPath = new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]));
  const bodiless = route.method === "GET" || route.method === "DELETE";
  const inQuery = (key: string) => bodiless || route.query?.includes(key) === true;
  const path = route.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(input[key])));
  const query: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    if (inPath.has(key) || value === undefined) continue;
    if (inQuery(key)) query[key] = String(value);
    else body[key] = value;
  }
  return { path, query, body: bodiless ? undefined : route.bodyKey ? body[route.bodyKey] : body };
}
