import type { Deployment } from "../../schema/deployments.ts";
import { isFinal } from "../../schema/states.ts";
import type { RecentRuns } from "../../schema/waiting.ts";

interface Facts {
  name: string;
  /** Undefined where it is not known. */
  recent: Pick<RecentRuns, "runs"> | undefined;
  deployments: readonly Pick<Deployment, "paused">[] | undefined;
}

/** How a flow does, from its last runs; just its name while these are not known. */
export function flowSentence({ name, recent, deployments }: Facts): string {
  if (!recent) return name;
  const ended = recent.runs.filter((run) => run.state_type !== null && isFinal(run.state_type));
  const running = recent.runs.filter((run) => run.state_type === "RUNNING").length;
  const on = running > 0 ? `, ${running} running` : "";
  if (recent.runs.length === 0) return deployments?.length ? "Deployed, no runs yet" : "No runs yet";
  if (ended.length === 0) return `No run has ended yet${on}`;
  const completed = ended.filter((run) => run.state_type === "COMPLETED").length;
  const last = ended.length === 1 ? "Its only run" : `All of its last ${ended.length} runs`;
  if (completed === ended.length) return `${last} completed${on}`;
  const lately = failuresInARow(ended);
  if (lately > 1) return `Failing: its last ${lately} runs did not complete${on}`;
  return `${completed} of its last ${ended.length} runs completed${on}`;
}

/** How many of the newest did not complete. */
function failuresInARow(ended: RecentRuns["runs"]): number {
  const first = ended.findIndex((run) => run.state_type === "COMPLETED");
  return first < 0 ? ended.length : first;
}
