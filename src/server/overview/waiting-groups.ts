import type { FlowRun } from "../../schema/flow-runs.ts";
import type { WaitingGroup } from "../../schema/overview.ts";
import type { Gate, Waiting } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { WaitExplainer } from "../waiting.ts";

interface Explained {
  run: FlowRun;
  /** Undefined when only the state is known. */
  waiting: Waiting | undefined;
  since: string;
}

/** Waiting runs grouped by their first gate; the longest waiting group first. */
export async function waitingGroups(
  store: Store,
  runs: readonly FlowRun[],
  now: string,
): Promise<WaitingGroup[]> {
  const explainer = new WaitExplainer(store, now);
  const explained = await Promise.all(
    runs.map(async (run): Promise<Explained> => {
      const waiting = await explainer.explain(run);
      return { run, waiting, since: waiting?.since ?? run.state?.timestamp ?? now };
    }),
  );
  const groups = Map.groupBy(explained, ({ run, waiting }) => keyOf(run, waiting?.gates[0]));
  return [...groups.values()].map(groupOf).toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

/** The same for all runs that wait for the same. */
function keyOf({ state_type, state_name }: FlowRun, gate: Gate | undefined): string {
  if (!gate) return `${state_type} ${state_name}`;
  const { kind } = gate;
  if ("queue" in gate) return JSON.stringify([kind, gate.pool, gate.queue]);
  if ("pool" in gate) return JSON.stringify([kind, gate.pool]);
  if ("deployment_id" in gate) return JSON.stringify([kind, gate.deployment_id]);
  return kind;
}

function groupOf(members: readonly Explained[]): WaitingGroup {
  const [first, ...others] = members;
  if (!first) throw new Error("expected a group to have members");
  const { run, waiting, since } = others.reduce((a, b) => (b.since < a.since ? b : a), first);
  const { id, name, state_type, state_name } = run;
  return {
    ...{ gate: waiting?.gates[0] ?? null, state_name, count: members.length, since },
    oldest: { kind: "flow-run", id, name, flow_run_id: null, state_type, state_name, since },
  };
}
