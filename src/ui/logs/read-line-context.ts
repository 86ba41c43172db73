import type { Client } from "../../client/client.ts";
import { type Log, logs } from "../../schema/logs.ts";

/** A line with lines of its run before and after it. */
export interface LineContext {
  /** Undefined where it is not there any more. */
  line: Log | undefined;
  before: readonly Log[];
  after: readonly Log[];
}

/** Lines of one moment, among which the line is. */
const mostAtOnce = 200;

/** `key` is `<time>~<id>`, as links to lines have it. */
export async function readLineContext(
  client: Client,
  key: string,
  wanted: { before: number; after: number },
  signal: AbortSignal,
): Promise<LineContext> {
  const [time = "", id = ""] = key.split("~");
  const read = (filter: object, sort: "TIMESTAMP_ASC" | "TIMESTAMP_DESC", limit: number) =>
    client.call(logs.filter, { logs: filter, sort, limit: Math.min(limit, mostAtOnce) }, { signal });
  const moment = await read({ timestamp: { after_: time, before_: time } }, "TIMESTAMP_ASC", mostAtOnce);
  const line = moment.find((log) => log.id === id);
  if (!line?.flow_run_id) return { line, before: [], after: [] };
  const ofRun = { flow_run_id: { any_: [line.flow_run_id] } };
  // Lines of the same moment are on both sides, in the order in which they arrived.
  const same = moment.filter((log) => log.flow_run_id === line.flow_run_id);
  const at = same.indexOf(line);
  const [older, newer] = await Promise.all([
    read({ ...ofRun, timestamp: { before_: time } }, "TIMESTAMP_DESC", wanted.before + same.length),
    read({ ...ofRun, timestamp: { after_: time } }, "TIMESTAMP_ASC", wanted.after + same.length),
  ]);
  const isOther = ({ timestamp }: Log) => timestamp !== line.timestamp;
  return {
    line,
    before: [...older.filter(isOther).toReversed(), ...same.slice(0, at)].slice(-wanted.before),
    after: [...same.slice(at + 1), ...newer.filter(isOther)].slice(0, wanted.after),
  };
}
