import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Client } from "../../client/client.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { connect } from "../connect.ts";
import { bold, oneLine, print, printJson } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { find, findNamed } from "./find.ts";
import type { JsonOption } from "./options.ts";

export async function setSecret(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  const kind = await secretKind(client);
  const known = await findNamed(client, "secret", name);
  const value = await promptForSecret(name);
  if (value === "") throw new UserError("A secret cannot be empty.");
  const data = { value };
  if (known) {
    const { block_schema_id } = kind;
    await client.call(blockDocuments.update, { id: known.id, data, block_schema_id });
  } else await client.call(blockDocuments.create, { ...kind, name, data });
  if (json) return printJson({ name, created: known === undefined });
  print(`${bold(oneLine(name))}  ${known ? "changed" : "kept"}`);
}

async function secretKind(client: Client) {
  const [type] = await client.call(blockTypes.filter, { block_types: { slug: { any_: ["secret"] } } });
  const ofType = { block_schemas: { block_type_id: { any_: type ? [type.id] : [] } } };
  const [schema] = await client.call(blockSchemas.filter, { ...ofType, limit: 1 });
  if (!type || !schema) throw new UserError("The server has no block type 'secret'.");
  return { block_type_id: type.id, block_schema_id: schema.id };
}

/** Not an argument: other users of the machine see those, and shells record them. */
async function promptForSecret(name: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, "");
  process.stderr.write(`Secret ${oneLine(name)} (not shown): `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const questions = createInterface({ input: process.stdin, output: silent, terminal: true });
  const answer = await questions.question("");
  questions.close();
  process.stderr.write("\n");
  return answer;
}

export async function remove(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  const { id } = await find(client, name);
  await client.call(blockDocuments.delete, { id });
  if (json) return printJson({ id, deleted: true });
  print(`${bold(oneLine(name))}  deleted`);
}
