import { WebSocket } from "ws";
import { z } from "zod";
import { Log, LogFilter } from "../../schema/logs.ts";
import { textMatcher } from "../../store/sql/text-query.ts";
import type { Store } from "../../store/store.ts";
import { longList, tooLong } from "../http/list-limits.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

const FilterMessage = z.object({ type: z.literal("filter"), filter: LogFilter.nullish() });
const maxLag = 4 * 1024 * 1024;
const protocolError = 1002;

/** Sends every log that matches a filter, from now on. */
export function logsOut({ store }: { store: Pick<Store, "subscribe"> }): Channel {
  const readers = new Set<(log: Log) => void>();
  const close = store.subscribe({
    wants: (noun) => noun === "logs" && readers.size > 0,
    onChanges(changes) {
      for (const { noun, row } of changes) {
        if (noun !== "logs" || row === null) continue;
        const log = Log.parse(row);
        for (const deliver of readers) deliver(log);
      }
    },
  });
  return {
    close,
    open(socket): Listener {
      let stop = () => {};
      return {
        onText(text) {
          const json = parsed(text);
          if (tooLong(FilterMessage, json)) return socket.close(protocolError, longList);
          const message = FilterMessage.safeParse(json);
          if (!message.success) return socket.close(protocolError, "Expected a filter message.");
          stop();
          const matches = matcher(message.data.filter ?? {});
          const deliver = (log: Log) => {
            if (!matches(log) || socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > maxLag)
              return;
            socket.send(JSON.stringify({ type: "log", log }));
          };
          readers.add(deliver);
          stop = () => readers.delete(deliver);
        },
        onClose: () => stop(),
      };
    },
  };
}

/** The filter as a predicate on one log. */
function matcher(filter: z.infer<typeof LogFilter>): (log: Log) => boolean {
  const { operator, level, timestamp, flow_run_id: flowRun, task_run_id: taskRun, text, name } = filter;
  const tests: ((log: Log) => boolean)[] = [];
  if (typeof level?.ge_ === "number") tests.push((log) => log.level >= Number(level.ge_));
  if (typeof level?.le_ === "number") tests.push((log) => log.level <= Number(level.le_));
  if (timestamp?.after_) tests.push((log) => log.timestamp >= String(timestamp.after_));
  if (timestamp?.before_) tests.push((log) => log.timestamp <= String(timestamp.before_));
  const ofRun = flowRun?.any_ && new Set(flowRun.any_);
  const ofLogger = name?.any_ && new Set(name.any_);
  if (ofLogger) tests.push((log) => ofLogger.has(log.name));
  const ofTask = taskRun?.any_ && new Set(taskRun.any_);
  if (ofRun) tests.push((log) => ofRun.has(log.flow_run_id ?? ""));
  if (ofTask) tests.push((log) => ofTask.has(log.task_run_id ?? ""));
  if (typeof taskRun?.is_null_ === "boolean") {
    tests.push((log) => (log.task_run_id === null) === taskRun.is_null_);
  }
  if (text?.query) {
    const isHit = textMatcher(text.query);
    tests.push(({ message, name }) => isHit(`${message} ${name}`));
  }
  if (tests.length === 0) return () => true;
  return (log) => (operator === "or_" ? tests.some((test) => test(log)) : tests.every((test) => test(log)));
}
