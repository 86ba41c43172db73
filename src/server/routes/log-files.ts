import { stripVTControlCharacters } from "node:util";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { type Log, logLevelName, logs } from "../../schema/logs.ts";
import type { Store } from "../../store/store.ts";
import { dataHeaders } from "../http/headers.ts";
import { type Api, found, serve } from "../serve.ts";

/** A log as a file: read from the store in portions, as the client takes them. */
interface Format {
  extension: string;
  type: string;
  /** What stands before the first line. */
  head: string;
  /** Lines of one portion of the log, with their ends. */
  lines: (logs: readonly Log[]) => string | Promise<string>;
}

/** The whole log of a flow run as a file: comma-separated values as Prefect has them, text and JSON lines. */
export function serveLogFiles(api: Api, store: Store): void {
  const read = async (id: string) => found(await store.flowRuns.read(id), "Flow run not found");
  serve(api, flowRuns.downloadLogs, async ({ id }) => fileOf(store, await read(id), csv));
  serve(api, logs.download, async ({ id, format }) =>
    fileOf(store, await read(id), format === "jsonl" ? jsonLines : plainText(store)),
  );
}

function fileOf(store: Store, { id, name }: FlowRun, { extension, type, head, lines }: Format): Response {
  const file = `${name.replaceAll(/[^\w.-]+/g, "-")}-logs.${extension}`;
  const exact = encoded(`${name}-logs.${extension}`);
  return new Response(streamOf(store.logs.stream(id), head, lines), {
    headers: {
      ...dataHeaders,
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${file}"; filename*=UTF-8''${exact}`,
    },
  });
}

/** As headers take a text that may have any letters (RFC 5987). */
const encoded = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function streamOf(
  pages: AsyncGenerator<Log[], void, void>,
  head: string,
  lines: Format["lines"],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => {
      if (head !== "") controller.enqueue(encoder.encode(head));
    },
    async pull(controller) {
      const { value: page, done: isOver } = await pages.next();
      if (isOver) return controller.close();
      controller.enqueue(encoder.encode(await lines(page)));
    },
    async cancel() {
      await pages.return();
    },
  });
}

const columns = ["timestamp", "level", "flow_run_id", "task_run_id", "message"] as const;

const csv: Format = {
  ...{ extension: "csv", type: "text/csv", head: `${columns.join(",")}\r\n` },
  lines: (logs) => logs.map((log) => `${columns.map((column) => cell(log, column)).join(",")}\r\n`).join(""),
};

function cell(log: Log, column: (typeof columns)[number]): string {
  const text = String(log[column] ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const jsonLines: Format = {
  ...{ extension: "jsonl", type: "application/jsonl", head: "" },
  lines: (logs) => logs.map((log) => `${JSON.stringify(log)}\n`).join(""),
};

/** `2026-03-01T12:00:01.000000Z INFO     load-0 | 9 rows`, without colours; lines of one message stand below each other. */
function plainText(store: Store): Format {
  const names = new Map<string, string>();
  const learn = async (logs: readonly Log[]) => {
    const ids = [...new Set(logs.flatMap(({ task_run_id: id }) => (id && !names.has(id) ? [id] : [])))];
    if (ids.length === 0) return;
    // A task run that was deleted, or not recorded yet, is shown by its id.
    for (const id of ids) names.set(id, id);
    for (const { id, name } of await store.taskRuns.readMany(ids)) names.set(id, name);
  };
  return {
    ...{ extension: "txt", type: "text/plain", head: "" },
    async lines(logs) {
      await learn(logs);
      return logs.map((log) => `${lineOf(log, names)}\n`).join("");
    },
  };
}

function lineOf({ timestamp, level, task_run_id: task, message }: Log, names: Map<string, string>): string {
  const from = task ? `${names.get(task) ?? task} | ` : "";
  return `${timestamp} ${logLevelName(level).padEnd(8)} ${from}${stripVTControlCharacters(message)}`;
}
