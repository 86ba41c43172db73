import { ApiError } from "../client/client.ts";
import { variables } from "../schema/variables.ts";
import { variableKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";
import { session } from "./session.ts";
import { fitting, type OutputOf, type StandardSchema } from "./standard-schema.ts";

interface Options<S extends StandardSchema = StandardSchema> {
  /** Schema of the value; throws when the value does not match. */
  schema?: S;
  /** Used when there is no variable of this name. */
  default?: unknown;
}

async function get(name: string, options?: { default?: unknown }): Promise<unknown>;
async function get<S extends StandardSchema>(
  name: string,
  options: Options<S> & { schema: S },
): Promise<OutputOf<S>>;
async function get(name: string, options: Options = {}): Promise<unknown> {
  checkOptions("variable.get", options, variableKinds);
  const value = await read(name, options);
  return options.schema ? fitting(options.schema, value, `The variable ${name}`) : value;
}

/**
 * JSON values stored on the server under a name, created in the dashboard or by any client, Prefect's included.
 *
 * @example
 * const region = await variable.get("region", { default: "eu" });
 */
export const variable = { get };

async function read(name: string, options: Options): Promise<unknown> {
  const open = await session();
  open.use();
  try {
    return (await open.transport.client.call(variables.readByName, { name })).value;
  } catch (cause) {
    if (!(cause instanceof ApiError && cause.status === 404)) throw cause;
    if ("default" in options) return options.default;
    throw new Error(`No variable ${name} on the server.`, { cause });
  } finally {
    await open.leave();
  }
}
