import type { RunSteps } from "../engine/postgres-steps.ts";
import type { GraphPart } from "../engine/protocol.ts";
import { graphQueries, textOf } from "./graph-program.ts";

const queriesOf = graphQueries((text) => `string_agg(${text}, chr(30) order by state.timestamp)`);

/** `RunGraphPage` but for its seq, as JSON; null when there is no such run. */
export async function graphText(run: RunSteps, part: GraphPart): Promise<string | null> {
  const found = await run(queriesOf(part).map((query) => ({ ...query, reads: true })));
  return textOf(
    part,
    found.map((answer) => answer?.rows ?? []),
  );
}
