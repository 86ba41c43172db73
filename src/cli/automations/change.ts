import { readFileSync } from "node:fs";
import { type Automation, automations } from "../../schema/automations.ts";
import { connect } from "../connect.ts";
import { bold, dim, oneLine, print, printJson } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findAutomation } from "./find.ts";
import type { CreateOptions, JsonOption } from "./options.ts";

export async function create({ file, json }: CreateOptions): Promise<void> {
  const client = connect();
  const inputs = [contentOf(file)]
    .flat()
    .map((value, place) => checked(value, `${file}, automation ${place + 1}`));
  const made: Automation[] = [];
  for (const input of inputs) made.push(await client.call(automations.create, input));
  if (json) return printJson(made);
  for (const { id, name } of made) print(`${bold(oneLine(name))}  created  ${dim(id)}`);
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Expected a file with JSON at ${file}: ${reason}`);
  }
}

/** Checked before anything is created: all automations of a list, or none. */
function checked(value: unknown, where: string) {
  const { success, data, error } = automations.create.input.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new UserError(`${where}: ${issue?.path.join(".")}: ${issue?.message}`);
}

export async function setEnabled(name: string, enabled: boolean, { json }: JsonOption): Promise<void> {
  const client = connect();
  const { id } = await findAutomation(client, name);
  await client.call(automations.setEnabled, { id, enabled });
  const automation = await client.call(automations.read, { id });
  if (json) return printJson(automation);
  print(`${bold(oneLine(automation.name))}  ${automation.enabled ? "enabled" : "paused"}`);
}

export async function remove(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  const { id, name: found } = await findAutomation(client, name);
  await client.call(automations.delete, { id });
  if (json) return printJson({ id, deleted: true });
  print(`${bold(oneLine(found))}  deleted`);
}
