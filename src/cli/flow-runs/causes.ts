import type { Client } from "../../client/client.ts";
import { events, RunError, runErrorEvent } from "../../schema/events.ts";

/** What a run threw, cause after cause, each with the line of the user's own code that it came from. */
export async function causesOf(client: Client, taskRunId: string): Promise<string[]> {
  const filter = { event: { name: [runErrorEvent] }, resource: { id: [`prefect.task-run.${taskRunId}`] } };
  const { events: found } = await client.call(events.filter, { filter, limit: 1 });
  const error = RunError.safeParse(found[0]?.payload);
  if (!error.success) return [];
  return error.data.chain.map(({ name, message, frames }, index) => {
    const frame = frames.find(({ library }) => !library);
    const relation = index === 0 ? "" : "caused by ";
    return `${relation}${name}: ${message}${frame ? `  (${frame.file}:${frame.line})` : ""}`;
  });
}
