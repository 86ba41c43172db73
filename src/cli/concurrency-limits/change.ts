import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { slots } from "../../schema/waiting.ts";
import { connect } from "../connect.ts";
import { bold, oneLine, print, printJson } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import type { CreateLimitOptions, JsonOption, UpdateLimitOptions } from "./options.ts";

export async function create(
  name: string,
  limit: number,
  { decay = 0, json }: CreateLimitOptions,
): Promise<void> {
  const made = await connect().call(concurrencyLimits.create, { name, limit, slot_decay_per_second: decay });
  if (json) return printJson(made);
  print(`${bold(oneLine(made.name))}  created with ${made.limit} slots`);
}

export async function update(
  name: string,
  { limit, decay, enable, disable, json }: UpdateLimitOptions,
): Promise<void> {
  const changes = {
    ...(limit === undefined ? {} : { limit }),
    ...(decay === undefined ? {} : { slot_decay_per_second: decay }),
    ...(enable || disable ? { active: enable === true } : {}),
  };
  if (Object.keys(changes).length === 0)
    throw new UserError("Nothing to change: pass --limit, --decay, --enable or --disable.");
  const client = connect();
  await client.call(concurrencyLimits.update, { id_or_name: name, ...changes });
  const now = await client.call(concurrencyLimits.read, { id_or_name: name });
  if (json) return printJson(now);
  print(`${bold(oneLine(name))}  ${now.limit} slots, ${now.active ? "active" : "inactive"}`);
}

const tagPrefix = "tag:";

export async function reset(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  if (name.startsWith(tagPrefix)) {
    await client.call(tagLimits.reset, { tag: name.slice(tagPrefix.length) });
  } else {
    const [board] = await client.call(slots.boards, { names: [name] });
    if (!board) throw new UserError(`No concurrency limit named ${name}.`);
    for (const { id } of board.leases) await client.call(slots.release, { lease_id: id });
    // Slots taken without a lease.
    await client.call(concurrencyLimits.update, { id_or_name: name, active_slots: 0 });
  }
  if (json) return printJson({ name, reset: true });
  print(`${bold(oneLine(name))}  all slots released`);
}

export async function remove(name: string, { json }: JsonOption): Promise<void> {
  await connect().call(concurrencyLimits.delete, { id_or_name: name });
  if (json) return printJson({ name, deleted: true });
  print(`${bold(oneLine(name))}  deleted`);
}
