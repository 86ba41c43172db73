import { streamLogs } from "../../client/prefect-streams.ts";
import type { LogFilter } from "../../schema/logs.ts";
import type { Api } from "../api.ts";

/** Lines come in bursts; the list is read again at most this often. */
const everyMs = 1_000;
/** A Prefect server publishes no lines unless its settings say so: it is asked. */
const pollMs = 5_000;

/**
 * Calls when lines have been written that may match: the server sends them, filtered by level, logger and text, over a
 * stream of its own. Returns how to stop it.
 */
export function followLogs(api: Api, filter: LogFilter, onWritten: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  let wasLive = false;
  const tell = () => {
    timer = undefined;
    last = Date.now();
    onWritten();
  };
  const { timestamp: _, name, ...rest } = filter;
  const stream = streamLogs({
    baseUrl: api.client.baseUrl,
    authString: api.authString ?? undefined,
    filter: api.info && name ? { ...rest, name } : rest,
    onLog() {
      timer ??= setTimeout(tell, Math.max(100, last + everyMs - Date.now()));
    },
    onStatus(status) {
      // What was written while the connection was lost is read when it is there again.
      if (status === "live" && wasLive) tell();
      wasLive ||= status === "live";
    },
  });
  const poll = api.info ? undefined : setInterval(() => document.hidden || tell(), pollMs);
  return () => {
    stream.close();
    clearTimeout(timer);
    clearInterval(poll);
  };
}
