import { Link } from "react-router";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Waiting as Explanation } from "../../schema/waiting.ts";
import { useNow } from "../kit/now.ts";
import { Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import type { NameOf } from "../parts/flow-names.ts";
import { explain, textOf } from "../parts/runs/gates.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import type { Explained } from "../parts/runs/use-explained.ts";
import { checkOf } from "../parts/runs/why-waiting.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { useSettings } from "../settings.ts";
import { reasonOf } from "./reasons.ts";
import { Quiet, Row } from "./row.tsx";

const shown = 4;

interface Props {
  source: PanelSource<readonly FlowRun[]>;
  nameOf: NameOf;
  explained: Explained;
}

/** Runs that do not run though they should, each with its reason. */
export function Waiting({ source, nameOf, explained }: Props) {
  return (
    <Panel
      title="Waiting"
      what="Waiting runs"
      source={source}
      skeleton={<SkeletonRows rows={3} label="Loading waiting runs" />}
      isEmpty={(runs) => runs.length === 0}
      empty={<Quiet>No run is late, paused or waiting for a slot.</Quiet>}
      actions={
        <Link to={runsPath(everyWaiting)} className="text-muted hover:text-fg hover:underline">
          Show all
        </Link>
      }
    >
      {(runs) => (
        <ul className="border-t">
          {mostUrgent(runs).map((run) => (
            <WaitingRow key={run.id} run={run} flow={nameOf(run.flow_id)} waiting={explained(run.id)} />
          ))}
          {runs.length > shown && (
            <li className="px-3 py-1.5">
              <Link to={runsPath(everyWaiting)} className="text-muted hover:text-fg hover:underline">
                {runs.length - shown} more
              </Link>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

// Somebody must act on the first two; the others mostly resolve themselves.
const urgency = ["PAUSED", "Late", "AwaitingConcurrencySlot", "PENDING", "CANCELLING", "AwaitingRetry"];
const rank = (run: FlowRun): number =>
  urgency.findIndex((word) => word === run.state_type || word === run.state_name);
/** Those that are shown: the most urgent first, and of these the one that waits longest. */
export const mostUrgent = (runs: readonly FlowRun[]): readonly FlowRun[] =>
  runs
    .toSorted(
      (a, b) => rank(a) - rank(b) || ((a.state?.timestamp ?? "") < (b.state?.timestamp ?? "") ? -1 : 1),
    )
    .slice(0, shown);

const everyWaiting = "state:late,pending,paused,cancelling,awaitingretry,awaitingconcurrencyslot";

interface RowProps {
  run: FlowRun;
  flow: string | undefined;
  /** Undefined where the server does not tell. */
  waiting: Explanation | undefined;
}

function WaitingRow({ run, flow, waiting }: RowProps) {
  const now = useNow();
  const { zone } = useSettings();
  const check = waiting && checkOf(waiting);
  return (
    <Row
      to={runPath({ kind: "flow-run", id: run.id })}
      icon={<StateIcon type={run.state_type} name={run.state_name} title />}
      title={waiting ? textOf(explain(waiting, { now, zone })) : reasonOf(run, now)}
      detail={
        <span className="truncate">
          {run.name} of {flow}
          {check && `. ${check}`}
        </span>
      }
      aside={
        <span className="text-muted max-sm:hidden">{stateStyle(run.state_type, run.state_name).label}</span>
      }
    />
  );
}
