import type { Client } from "../../client/client.ts";
import { deployments } from "../../schema/deployments.ts";
import { connect } from "../connect.ts";
import { bold, dim, oneLine, print, printJson } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findDeployment, fullName } from "./find.ts";
import type { ChangeOptions, TagOptions } from "./options.ts";

const verbs = {
  pause: { done: "paused", apply: pause(true) },
  resume: { done: "resumed", apply: pause(false) },
  delete: {
    done: "deleted",
    apply: (client: Client, id: string) => client.call(deployments.delete, { id }),
  },
};

export async function change(
  verb: keyof typeof verbs,
  names: readonly string[],
  { json }: ChangeOptions,
): Promise<void> {
  const client = connect();
  const { done, apply } = verbs[verb];
  const found = await Promise.all([...new Set(names)].map((name) => findDeployment(client, name)));
  for (const { id } of found) await apply(client, id);
  if (json) return printJson(found.map((one) => ({ id: one.id, name: fullName(one), [done]: true })));
  for (const one of found) print(`${bold(oneLine(fullName(one)))}  ${done}  ${dim(one.id)}`);
}

function pause(paused: boolean) {
  return (client: Client, id: string) => client.call(deployments.update, { id, paused });
}

export async function tag(
  names: readonly string[],
  { add = [], remove = [], json }: TagOptions,
): Promise<void> {
  if (add.length + remove.length === 0) throw new UserError("Expected --add or --remove with a tag.");
  const client = connect();
  const found = await Promise.all([...new Set(names)].map((name) => findDeployment(client, name)));
  const changed = found.map((one) => ({
    ...{ id: one.id, name: fullName(one) },
    tags: [...new Set([...one.tags, ...add])].filter((each) => !remove.includes(each)),
  }));
  for (const { id, tags } of changed) await client.call(deployments.update, { id, tags });
  if (json) return printJson(changed);
  for (const { id, name, tags } of changed)
    print(
      `${bold(oneLine(name))}  ${tags.length > 0 ? `tagged ${oneLine(tags.join(" "))}` : "no tags"}  ${dim(id)}`,
    );
}
