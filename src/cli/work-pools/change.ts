import { workPools } from "../../schema/work-pools.ts";
import { makePool } from "../../worker/pools.ts";
import { connect } from "../connect.ts";
import { bold, dim, oneLine, print, printJson } from "../terminal.ts";
import type { CreatePoolOptions, JsonOption } from "./options.ts";

export async function create(name: string, options: CreatePoolOptions): Promise<void> {
  const { description, limit, paused = false, json } = options;
  const pool = await makePool(connect(), name, {
    is_paused: paused,
    ...(description === undefined ? {} : { description }),
    ...(limit === undefined ? {} : { concurrency_limit: limit }),
  });
  if (json) return printJson(pool);
  print(`${bold(oneLine(pool.name))}  created  ${dim(pool.id)}`);
  print(dim(`  Start a worker for it: praetor worker start --pool ${pool.name}`));
}

export async function update(
  name: string,
  changes: { is_paused?: boolean; concurrency_limit?: number | null },
  { json }: JsonOption,
): Promise<void> {
  const client = connect();
  await client.call(workPools.update, { name, ...changes });
  const pool = await client.call(workPools.read, { name });
  if (json) return printJson(pool);
  const limit = pool.concurrency_limit === null ? "no limit" : `limit ${pool.concurrency_limit}`;
  print(`${bold(oneLine(name))}  ${pool.is_paused ? "paused" : "not paused"}, ${limit}`);
}

export async function remove(name: string, { json }: JsonOption): Promise<void> {
  await connect().call(workPools.delete, { name });
  if (json) return printJson({ name, deleted: true });
  print(`${bold(oneLine(name))}  deleted`);
}
