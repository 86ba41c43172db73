import { ApiError } from "../client/client.ts";
import { blockDocuments } from "../schema/block-documents.ts";
import type { Json } from "../schema/scalars.ts";
import { blockKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";
import { session } from "./session.ts";
import { fitting, type OutputOf, type StandardSchema } from "./standard-schema.ts";

interface Expected<S extends StandardSchema> {
  /** Schema of the block's values; throws when they do not match. */
  schema: S;
}

async function load(type: string, name: string): Promise<Json>;
async function load<S extends StandardSchema>(
  type: string,
  name: string,
  expected: Expected<S>,
): Promise<OutputOf<S>>;
async function load(type: string, name: string, expected?: Expected<StandardSchema>): Promise<unknown> {
  if (expected !== undefined) checkOptions("block.load", expected, blockKinds, "schema");
  const data = await read(type, name);
  return expected ? fitting(expected.schema, data, `The block ${type}/${name}`) : data;
}

async function get(name: string): Promise<string>;
async function get<S extends StandardSchema>(name: string, expected: Expected<S>): Promise<OutputOf<S>>;
async function get(name: string, expected?: Expected<StandardSchema>): Promise<unknown> {
  if (expected !== undefined) checkOptions("secret.get", expected, blockKinds, "schema");
  const { value } = await read("secret", name);
  if (expected) return fitting(expected.schema, value, `The secret ${name}`);
  if (typeof value === "string") return value;
  throw new TypeError(`The secret ${name} is not text: pass a schema that describes it.`);
}

/**
 * Settings stored on the server under a name, created in the dashboard or by any client, Prefect's included.
 *
 * @example
 * const { host, password } = await block.load("database", "orders", { schema: Database });
 */
export const block = { load };

/**
 * Secrets stored on the server under a name, in blocks of type `secret`.
 *
 * @example
 * const key = await secret.get("weather-api-key");
 */
export const secret = { get };

async function read(slug: string, name: string): Promise<Json> {
  const open = await session();
  open.use();
  try {
    const document = await open.transport.client.call(blockDocuments.readByName, {
      ...{ slug, name, include_secrets: true },
    });
    return document.data;
  } catch (cause) {
    if (!(cause instanceof ApiError && cause.status === 404)) throw cause;
    throw new Error(`No block ${slug}/${name} on the server.`, { cause });
  } finally {
    await open.leave();
  }
}
