import { z } from "zod";
import type { Route } from "../../src/schema/route.ts";

// Every list, map and text that a request may contain, found in the schemas of the routes: new fields are included.

export interface ListPosition {
  route: Route;
  /** From the body: `flow_runs.tags.all_[]`. A list ends in `[]`, a map in `{}`, a text in neither. */
  path: string;
  kind: "list" | "map" | "text";
  /** The maximum that the schema states itself. */
  most: number | undefined;
  /** The body whose list, map or text at this path has `count` entries or characters. */
  body(count: number): unknown;
  /** The same with entries of a wrong kind. */
  wrong(count: number): unknown;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;
type Wrap = (value: unknown) => unknown;

const deepest = 10;

export const placesOf = (routes: readonly Route[]): ListPosition[] =>
  routes.filter(({ method }) => method !== "GET" && method !== "DELETE").flatMap(placesIn);

function placesIn(route: Route): ListPosition[] {
  const root: JsonSchema = z.toJSONSchema(route.input, { io: "input", unrepresentable: "any" });
  const inPath = new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? ""));
  const resolved = (schema: JsonSchema): JsonSchema => {
    if (schema.$ref === undefined) return schema;
    const named = schema.$ref === "#" ? root : root.$defs?.[schema.$ref.split("/").at(-1) ?? ""];
    return resolved(named ?? {});
  };
  const isOfEvents = route.noun === "events" && route.name === "create";
  const isResource = (key: string) => isOfEvents && (key === "resource" || key === "related");
  const namesOf = (key: string) => (isResource(key) ? Object.keys(resource) : []);
  const found: ListPosition[] = [];
  const sample = (schema: JsonSchema, key: string, at: number): unknown => {
    const own = resolved(schema);
    const [choice] = choicesOf(own);
    if (choice) return sample(choice, key, at);
    if (own.type === "object") return isResource(key) ? { ...resource } : objectWith(own);
    if (own.type === "array") {
      const fewest = Array.from({ length: own.minItems ?? 0 }, () => own.items);
      return (own.prefixItems ?? fewest).map((item) => sample(schemaIn(item), key, at));
    }
    return scalar(own, key, at);
  };
  /** The required keys of an object. */
  const objectWith = (schema: JsonSchema, skipped: ReadonlySet<string> = new Set()) =>
    Object.fromEntries(
      (schema.required ?? [])
        .filter((key) => !skipped.has(key))
        .map((key, at) => [key, sample(schemaIn(schema.properties?.[key]), key, at)]),
    );
  const add = (place: Omit<ListPosition, "route">) => found.push({ route, ...place });

  const walk = (schema: JsonSchema, key: string, { path, wrap, depth }: Walked): void => {
    const own = resolved(schema);
    if (depth > deepest) return;
    for (const choice of choicesOf(own)) walk(choice, key, { path, wrap, depth: depth + 1 });
    if (own.type === "string" && !own.format && !own.enum && !own.pattern) {
      const body = (count: number) => wrap("x".repeat(count));
      add({ path, kind: "text", most: own.maxLength, body, wrong: body });
    }
    if (own.type === "array" && !own.prefixItems) {
      const items = schemaIn(own.items);
      const list = `${path}[]`;
      const entries = (count: number, entry: (at: number) => unknown) =>
        Array.from({ length: count }, (_, at) => entry(at));
      add({
        ...{ path: list, kind: "list", most: own.maxItems },
        body: (count) => wrap(entries(count, (at) => sample(items, key, at))),
        wrong: (count) => wrap(entries(count, () => ({ no: ["such", "thing"] }))),
      });
      walk(items, key, { path: list, wrap: (value) => wrap([value]), depth: depth + 1 });
    }
    const each = schemaIn(own.additionalProperties);
    if (own.type === "object" && Object.keys(each).length > 0) {
      const map = `${path}{}`;
      const named = (count: number, entry: (at: number) => unknown) =>
        Object.fromEntries(
          Array.from({ length: count }, (_, at) => [namesOf(key)[at] ?? `label.${at}`, entry(at)]),
        );
      add({
        ...{ path: map, kind: "map", most: own.maxProperties },
        body: (count) => wrap(named(count, (at) => sample(each, key, at))),
        wrong: (count) => wrap(named(count, () => null)),
      });
      walk(each, key, { path: map, wrap: (value) => wrap({ "label.0": value }), depth: depth + 1 });
    }
    const isTop = path === "";
    for (const [name, inner] of Object.entries(own.properties ?? {})) {
      if (isTop && inPath.has(name)) continue;
      const others = objectWith(own, isTop ? inPath : undefined);
      const isBody = isTop && route.bodyKey === name;
      walk(schemaIn(inner), name, {
        path: isTop ? name : `${path}.${name}`,
        wrap: (value) => (isBody ? value : wrap({ ...others, [name]: value })),
        depth: depth + 1,
      });
    }
  };
  walk(root, "", { path: "", wrap: (value) => value, depth: 0 });
  return found;
}

/** Required labels of every resource of an event. */
const resource = { "prefect.resource.id": "order.1", "prefect.resource.role": "order" };

interface Walked {
  path: string;
  wrap: Wrap;
  depth: number;
}

const choicesOf = ({ anyOf, oneOf }: JsonSchema): JsonSchema[] =>
  (anyOf ?? oneOf ?? []).map(schemaIn).filter(({ type }) => type !== "null");

type Maybe = JsonSchema | boolean | JsonSchema[] | (JsonSchema | boolean)[] | undefined;
const schemaIn = (schema: Maybe): JsonSchema =>
  typeof schema === "object" && !Array.isArray(schema) ? schema : {};

function scalar(schema: JsonSchema, key: string, at: number): unknown {
  const { format, enum: values, const: only, minimum = 1 } = schema;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (only !== undefined) return only;
  if (values) return values[at % values.length];
  if (format === "uuid") return uuidOf(at);
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return minimum;
  if (/(_start|_end|time|timestamp|occurred|_date|before_|after_|since|until)$/.test(key))
    return "2026-05-01T00:00:00Z";
  return type === "string" ? `${key}-${at}` : null;
}

export const uuidOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
