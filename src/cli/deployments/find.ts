import { ApiError, type Client } from "../../client/client.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { flows } from "../../schema/flows.ts";
import { maxPage } from "../../schema/scalars.ts";
import { UserError } from "../user-error.ts";

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface NamedDeployment extends Deployment {
  flow_name: string;
}
export const fullName = ({ flow_name, name }: NamedDeployment): string => `${flow_name}/${name}`;

/** Finds a deployment by id, by `flow/deployment`, or by a unique name. */
export async function findDeployment(client: Client, text: string): Promise<NamedDeployment> {
  if (uuid.test(text)) return named(client, await read(client, text));
  const slash = text.indexOf("/");
  const found = await client.call(deployments.filter, {
    deployments: { name: { any_: [text.slice(slash + 1)] } },
    ...(slash > 0 ? { flows: { name: { any_: [text.slice(0, slash)] } } } : {}),
  });
  const [one, ...others] = found;
  if (!one) throw new UserError(`No deployment is named ${text}.`);
  if (others.length > 0)
    throw new UserError(`${found.length} deployments are named ${text}; use flow/deployment.`);
  return named(client, one);
}

async function read(client: Client, id: string): Promise<Deployment> {
  try {
    return await client.call(deployments.read, { id });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404)
      throw new UserError(`No deployment with id ${id}.`);
    throw error;
  }
}

async function named(client: Client, deployment: Deployment): Promise<NamedDeployment> {
  const flow = await client.call(flows.read, { id: deployment.flow_id });
  return { ...deployment, flow_name: flow.name };
}

export async function allDeployments(client: Client, filter: object): Promise<NamedDeployment[]> {
  const found: Deployment[] = [];
  for (let offset = 0; ; offset += maxPage) {
    const page = await client.call(deployments.filter, { ...filter, limit: maxPage, offset });
    found.push(...page);
    if (page.length < maxPage) break;
  }
  const names = new Map<string, string>();
  const ids = [...new Set(found.map(({ flow_id }) => flow_id))];
  for (let from = 0; from < ids.length; from += maxPage) {
    const some = { flows: { id: { any_: ids.slice(from, from + maxPage) } } };
    for (const { id, name } of await client.call(flows.filter, some)) names.set(id, name);
  }
  return found
    .map((one) => ({ ...one, flow_name: names.get(one.flow_id) ?? "–" }))
    .toSorted((a, b) => fullName(a).localeCompare(fullName(b)));
}
