import type { graphs, RunGraphPage } from "../../schema/graphs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope } from "../engine/scope.ts";
import { keyIn } from "./graph-pages.ts";

type Wanted = Parsed<typeof graphs.readPage>;

/** `RunGraphPage` as JSON, assembled by the reading thread and sent unchanged. */
export async function readPageText(
  scope: Scope,
  { id, after, limit, brief }: Wanted,
): Promise<string | undefined> {
  // Read first: rows may be newer than this, never older.
  const seq = scope.seq();
  const text = await scope.graph({ flowRunId: id, after: after ? keyIn(after) : null, limit, brief });
  return text === null ? undefined : `{"seq":${seq},${text.slice(1)}`;
}

export async function readPage(scope: Scope, wanted: Wanted): Promise<RunGraphPage | undefined> {
  const text = await readPageText(scope, wanted);
  return text === undefined ? undefined : JSON.parse(text);
}
