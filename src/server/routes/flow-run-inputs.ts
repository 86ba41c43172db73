import { flowRuns } from "../../schema/flow-runs.ts";
import type { Log } from "../../schema/logs.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { dataHeaders } from "../http/headers.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Flow run input not found";

/** What is kept with a flow run beside its states: inputs by key, and its logs as a file. */
export function serveFlowRunInputs(api: Api, store: Store): void {
  const inputs = store.flowRunInputs;
  serve(api, flowRuns.createInput, async (input) => {
    if (await inputs.create(input)) return null;
    throw problem("conflict", "A flow run input with this key already exists.");
  });
  serve(api, flowRuns.filterInput, (input) => inputs.filter(input));
  serve(api, flowRuns.readInput, async ({ id, key }) => {
    const input = found(await inputs.read(id, key), unknown);
    return new Response(input.value, { headers: { ...dataHeaders, "content-type": "application/json" } });
  });
  serve(api, flowRuns.deleteInput, async ({ id, key }) => done(await inputs.delete(id, key), unknown));
  serve(api, flowRuns.downloadLogs, async ({ id }) => {
    const run = found(await store.flowRuns.read(id), "Flow run not found");
    const file = `${run.name.replaceAll(/[^\w.-]+/g, "-")}-logs.csv`;
    const name = encoded(`${run.name}-logs.csv`);
    return new Response(csv(store.logs.stream(id)), {
      headers: {
        ...dataHeaders,
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${file}"; filename*=UTF-8''${name}`,
      },
    });
  });
}

/** As headers take a text that may have any letters (RFC 5987). */
const encoded = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const columns = ["timestamp", "level", "flow_run_id", "task_run_id", "message"] as const;

/** The logs as comma-separated values, read as the client takes them. */
function csv(pages: AsyncGenerator<Log[], void, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = (text: string[]) => encoder.encode(`${text.join("\r\n")}\r\n`);
  return new ReadableStream({
    start: (controller) => controller.enqueue(lines([columns.join(",")])),
    async pull(controller) {
      const { value: page, done: isOver } = await pages.next();
      if (isOver) return controller.close();
      if (page.length > 0) controller.enqueue(lines(page.map(line)));
    },
    async cancel() {
      await pages.return();
    },
  });
}

const line = (log: Log) => columns.map((column) => cell(log, column)).join(",");

function cell(log: Log, column: (typeof columns)[number]): string {
  const text = String(log[column] ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
