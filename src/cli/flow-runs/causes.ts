import type { Client } from "../../client/client.ts";
import { events, RunError, runErrorEvent } from "../../schema/events.ts";

/** The error of a run and its chain of causes, each with its line of user code. */
export async function causesOf(client: Client, taskRunId: string): Promise<string[]> {
  const filter = { event: { name: [runErrorEvent] }, resource: { id: [`prefect.task-run.${taskRunId}`] } };
  const { events: found } = await client.call(events.filter, { filter, limit: 1 });
  const error = RunError.safeParse(found[0]?.payload);
  if (!error.success) return [];
  return linesOf(error.data.chain);
}

type Chain = RunError["chain"];

/** One line per error; members of a group are indented below it. */
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
