import { z } from "zod";
import { apiVersion } from "../schema/admin.ts";
import type { Route } from "../schema/route.ts";

/** The description of the API, generated from the routes at the first request. */
export function openApi(routes: readonly Route[], version: string): () => unknown {
  let description: unknown;
  return () => {
    description ??= describe(routes, version);
    return description;
  };
}

function describe(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Components = {};
  for (const route of routes) {
    const path = `/api${route.path.replaceAll(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Praetor", version, description: `Speaks the REST API ${apiVersion} of Prefect 3.` },
    paths,
    components: { schemas },
  };
}

/** Referenced schemas, such as recursive ones; all others are inlined. */
type Components = Record<string, unknown>;

function operation(route: Route, components: Components) {
  const inPath = new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]));
  const input = schemaOf(route, "input", components);
  const properties = Object.entries(input.properties ?? {});
  const required = new Set(input.required ?? []);
  const bodiless = route.method === "GET" || route.method === "DELETE";
  const inQuery = (name: string) => bodiless || route.query?.includes(name) === true;
  const parameters = properties
    .filter(([name]) => inPath.has(name) || inQuery(name))
    .map(([name, schema]) => ({
      name,
      in: inPath.has(name) ? "path" : "query",
      required: inPath.has(name) || required.has(name),
      schema,
    }));
  const inBody = properties.filter(([name]) => !inPath.has(name) && !inQuery(name));
  const body = route.bodyKey ? input.properties?.[route.bodyKey] : bodySchema(inBody, required);
  return {
    operationId: `${route.noun}.${route.name}`,
    tags: [route.noun],
    parameters,
    ...(bodiless ? {} : { requestBody: { content: { "application/json": { schema: body } } } }),
    responses: {
      [route.status]: response(route, components),
      default: { description: "What went wrong, as `detail` or `exception_message`." },
    },
  };
}

const bodySchema = (inBody: [string, unknown][], required: ReadonlySet<string>) => ({
  type: "object",
  properties: Object.fromEntries(inBody),
  required: inBody.map(([name]) => name).filter((name) => required.has(name)),
});

function response(route: Route, components: Components) {
  if (route.status === 204) return { description: "Done." };
  return {
    description: "The answer.",
    content: { "application/json": { schema: schemaOf(route, "output", components) } },
  };
}

/**
 * What JSON Schema cannot express, such as a transformation, accepts anything. References of a schema are relative to its root;
 * the description has another root, so referenced schemas move to the components.
 */
function schemaOf(route: Route, io: "input" | "output", components: Components): ObjectSchema {
  const { $schema: _, ...own } = z.toJSONSchema(route[io], { io, unrepresentable: "any" });
  const root = `${route.noun}.${route.name}.${io}`;
  const nameOf = (ref: string) => (ref === "#" ? root : `${root}.${ref.replace("#/$defs/", "")}`);
  const names = new Set<string>();
  const { $defs = {}, ...schema }: ObjectSchema = JSON.parse(JSON.stringify(own), (key, value) => {
    if (key !== "$ref" || typeof value !== "string") return value;
    names.add(nameOf(value));
    return `#/components/schemas/${nameOf(value)}`;
  });
  for (const [name, definition] of Object.entries($defs)) components[nameOf(name)] = definition;
  if (names.has(root)) components[root] = schema;
  return schema;
}

interface ObjectSchema {
  $defs?: Record<string, unknown>;
  properties?: Record<string, unknown>;
  required?: string[];
}
