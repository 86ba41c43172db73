import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { connect } from "../connect.ts";
import { bold, oneLine, print, printJson } from "../terminal.ts";
import type { QueueOptions } from "./options.ts";

const fieldsOf = ({ limit, priority }: QueueOptions) => ({
  ...(limit === undefined ? {} : { concurrency_limit: limit }),
  ...(priority === undefined ? {} : { priority }),
});

export async function create(name: string, options: QueueOptions): Promise<void> {
  const { pool } = options;
  show(await connect().call(workQueues.create, { pool, name, ...fieldsOf(options) }), options);
}

export async function update(
  name: string,
  options: QueueOptions,
  changes: { is_paused?: boolean },
): Promise<void> {
  const { pool } = options;
  const client = connect();
  await client.call(workQueues.update, { pool, current: name, ...fieldsOf(options), ...changes });
  show(await client.call(workQueues.read, { pool, name }), options);
}

export async function remove(name: string, { pool, json }: QueueOptions): Promise<void> {
  await connect().call(workQueues.delete, { pool, name });
  if (json) return printJson({ pool, name, deleted: true });
  print(`${bold(oneLine(name))}  deleted`);
}

function show(queue: WorkQueue, { json }: QueueOptions): void {
  if (json) {
    printJson(queue);
    return;
  }
  const limit = queue.concurrency_limit === null ? "no limit" : `limit ${queue.concurrency_limit}`;
  const pause = queue.is_paused ? "paused" : "not paused";
  print(`${bold(oneLine(queue.name))}  ${pause}, priority ${queue.priority}, ${limit}`);
}
