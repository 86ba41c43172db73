import { graphs } from "../../schema/graphs.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { type Api, found, jsonText, serve } from "../serve.ts";

export function serveGraphs(api: Api, store: Store): void {
  serve(api, graphs.read, async (input) => {
    const graph = await store.graphs.read(input);
    if (graph) return graph;
    throw problem("not-found", "Flow run not found", { key: "exception_message" });
  });
  serve(api, graphs.readFull, async ({ id }) =>
    jsonText(found(await store.graphs.readFullText(id), "Flow run not found"), { status: 200 }),
  );
}
