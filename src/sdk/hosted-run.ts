import { flowRuns } from "../schema/flow-runs.ts";
import { clientOf } from "./fenced-attempts.ts";
import { continueFlow } from "./flow-engine.ts";
import type { ClaimedRun } from "./flow-start.ts";
import { cancelAll, endProcess } from "./process-end.ts";
import { releaseRun } from "./runner/claims.ts";
import { type MessageToRun, sendToRunner } from "./runner-channel.ts";
import { closeSession, session } from "./session.ts";

/** Runs a claimed flow run to its end in this process, which a runner has started for it. */
export async function runHosted(claimed: ClaimedRun): Promise<void> {
  // The runner ended while the flow was loading. Nothing has begun, so the next runner may take the run.
  if (!process.connected) return releaseClaim(claimed);
  sendToRunner({ kind: "grace", ms: claimed.settings.grace });
  process.on("message", (message: MessageToRun) => {
    if (message.kind === "cancel") cancelAll();
    else endProcess(message.message);
  });
  process.once("disconnect", () =>
    endProcess(
      "The process that started this run has ended (killed or out of memory), so the run was ended.",
    ),
  );
  // A flow that waits for something that can never happen ends the process, as in a script.
  process.channel?.unref();
  await continueFlow(claimed);
  await closeSession();
}

async function releaseClaim({ id, token }: ClaimedRun): Promise<void> {
  const open = await session();
  const client = token === undefined ? open.client : clientOf(open.client, { flowRunId: id, token });
  await releaseRun(client, await client.call(flowRuns.read, { id }));
  await closeSession();
}
