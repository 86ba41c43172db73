import type { Client } from "../../client/client.ts";
import { events, RunError, runErrorEvent } from "../../schema/events.ts";

/** What a run threw, cause after cause, each with the line of the user's own code that it came from. */
export async function causesOf(client: Client, taskRunId: string): Promise<string[]> {
  const filter = { event: { name: [runErrorEvent] }, resource: { id: [`prefect.task-run.${taskRunId}`] } };
  const { events: found } = await client.call(events.filter, { filter, limit: 1 });
  const error = RunError.safeParse(found[0]?.payload);
  if (!error.success) return [];
  return linesOf(error.data.chain);
}

type Chain = RunError["chain"];

/** One line for each error; members of a group stand below it, further in. */
function linesOf(chain: Chain): string[] {
  return chain.flatMap((link, index) => {
    const {
      name,
      message,
      frames,
      members = [],
      omitted_members: omitted = 0,
      omitted_causes: causes = 0,
    } = link;
    const frame = frames.find(({ library }) => !library);
    const relation = index === 0 ? "" : "caused by ";
    return [
      `${relation}${name}: ${message}${frame ? `  (${frame.file}:${frame.line})` : ""}`,
      ...members.flatMap((member) => linesOf(member).map((line) => `  ${line}`)),
      ...(omitted > 0 ? [`  and ${omitted} more`] : []),
      ...(causes > 0 ? [`${causes} causes left out`] : []),
    ];
  });
}
