import { ApiError, type Client } from "../../client/client.ts";
import { type Automation, automations } from "../../schema/automations.ts";
import { maxPage } from "../../schema/scalars.ts";
import { UserError } from "../user-error.ts";

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Finds an automation by id, or by a unique name. */
export async function findAutomation(client: Client, text: string): Promise<Automation> {
  if (uuid.test(text)) return read(client, text);
  const found = await client.call(automations.filter, { automations: { name: { any_: [text] } } });
  const [one, ...others] = found;
  if (!one) throw new UserError(`No automation is named ${text}.`);
  if (others.length > 0) {
    throw new UserError(`${found.length} automations are named ${text}; use the id.`);
  }
  return one;
}

async function read(client: Client, id: string): Promise<Automation> {
  try {
    return await client.call(automations.read, { id });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      throw new UserError(`No automation with id ${id}.`);
    }
    throw error;
  }
}

export async function allAutomations(client: Client): Promise<Automation[]> {
  const rows: Automation[] = [];
  for (let offset = 0; ; offset += maxPage) {
    const page = await client.call(automations.filter, { limit: maxPage, offset });
    rows.push(...page);
    if (page.length < maxPage) return rows;
  }
}
