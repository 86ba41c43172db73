import type { RunSteps } from "../engine/postgres-steps.ts";
import { graphSql, textOf } from "./graph-program.ts";

const sql = graphSql((text) => `string_agg(${text}, chr(30) order by state.timestamp)`);

/** `RunGraph` but for its seq, as JSON; null when there is no such run. */
export async function graphText(run: RunSteps, flowRunId: string): Promise<string | null> {
  const found = await run(sql.map((text) => ({ sql: text, values: [flowRunId], reads: true })));
  return textOf(
    flowRunId,
    found.map((answer) => answer?.rows ?? []),
  );
}
