import { isWritten, parseExact } from "../schema/exact-json.ts";
import { problem } from "../schema/problems.ts";
import type { Json } from "../schema/scalars.ts";
import type { Nouns } from "../store/store.ts";

// Values with a `__prefect_kind`: `{"__prefect_kind": "json", "value": "[1]"}` is parsed to the list.

const kindKey = "__prefect_kind";

/** Looks up a variable by name; undefined when there is none. */
export type ReadVariable = (name: string) => Promise<{ value?: unknown } | undefined>;

export const variablesOf =
  ({ variables }: Pick<Nouns, "variables">): ReadVariable =>
  (name) =>
    variables.readByName(name);

/** Resolves all such values in an object. Throws the problem `bad-request` for invalid ones. */
export async function hydrateObject(parameters: Json, read: ReadVariable): Promise<Json> {
  const entries = Object.entries(parameters).map(
    async ([key, value]) => [key, await hydrate(value, read)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

export async function hydrate(value: unknown, read: ReadVariable): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((inner) => hydrate(inner, read)));
  if (typeof value !== "object" || value === null || isWritten(value)) return value;
  const { [kindKey]: kind, ...rest } = { [kindKey]: undefined, ...value };
  if (kind === undefined) return hydrateObject({ ...value }, read);
  return readAs(kind, rest, read);
}

function readAs(kind: unknown, parameters: Record<string, unknown>, read: ReadVariable): unknown {
  const { value, template, variable_name } = parameters;
  if (kind === "none") return hydrate(value, read);
  if (kind === "json") return fromJson(value);
  if (kind === "jinja") return fromTemplate(template);
  if (kind === "workspace_variable") return fromVariable(variable_name, read);
  throw refused(
    `expected a ${kindKey} of json, jinja, workspace_variable or none, got ${JSON.stringify(kind)}`,
  );
}

const refused = (text: string) => problem("bad-request", `Error hydrating parameters: ${text}`);

function fromJson(text: unknown): unknown {
  if (typeof text !== "string") throw refused("expected JSON as text in the key value");
  try {
    return parseExact(text);
  } catch (cause) {
    throw refused(`invalid JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** A manually created run has nothing that a template could refer to, so only plain text is accepted. */
function fromTemplate(text: unknown): string {
  if (typeof text !== "string") throw refused("expected a text in the key template");
  if (/\{[{%#]/.test(text))
    throw refused(`nothing is known that the template ${JSON.stringify(text)} could be filled with`);
  return text;
}

async function fromVariable(name: unknown, read: ReadVariable): Promise<unknown> {
  if (typeof name !== "string") throw refused("expected the name of a variable in the key variable_name");
  const variable = await read(name);
  if (!variable) throw refused(`there is no variable named ${JSON.stringify(name)}`);
  return variable.value;
}
