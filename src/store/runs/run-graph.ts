import type { RunGraph } from "../../schema/graphs.ts";
import type { Scope } from "../engine/scope.ts";

/** `RunGraph` as JSON: the reading thread puts it together, and it goes out as it is. */
export async function readFullText(scope: Scope, flowRunId: string): Promise<string | undefined> {
  // Read first: rows may be newer than this, never older.
  const seq = scope.seq();
  const text = await scope.graph(flowRunId);
  return text === null ? undefined : `{"seq":${seq},${text.slice(1)}`;
}

export async function readFull(scope: Scope, flowRunId: string): Promise<RunGraph | undefined> {
  const text = await readFullText(scope, flowRunId);
  return text === undefined ? undefined : JSON.parse(text);
}
