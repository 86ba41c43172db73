import { z } from "zod";
import { apiVersion } from "../schema/admin.ts";
import type { Route } from "../schema/route.ts";

/** The description of the API, printed from the routes when somebody asks for it first. */
export function openApi(routes: readonly Route[], version: string): () => unknown {
  let description: unknown;
  return () => {
    description ??= describe(routes, version);
    return description;
  };
}

function describe(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/api${route.path.replaceAll(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Praetor", version, description: `Speaks the REST API ${apiVersion} of Prefect 3.` },
    paths,
  };
}

function operation(route: Route) {
  const inPath = new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]));
  const input = schemaOf(route.input, "input");
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
      [route.status]: response(route),
      default: { description: "What went wrong, as `detail` or `exception_message`." },
    },
  };
}

const bodySchema = (inBody: [string, unknown][], required: ReadonlySet<string>) => ({
  type: "object",
  properties: Object.fromEntries(inBody),
  required: inBody.map(([name]) => name).filter((name) => required.has(name)),
});

function response(route: Route) {
  if (route.status === 204) return { description: "Done." };
  return {
    description: "The answer.",
    content: { "application/json": { schema: schemaOf(route.output, "output") } },
  };
}

interface ObjectSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

// What JSON Schema cannot say, such as a transformation, is left open.
const schemaOf = (schema: z.ZodType, io: "input" | "output") =>
  z.toJSONSchema(schema, { io, unrepresentable: "any" }) as ObjectSchema;
