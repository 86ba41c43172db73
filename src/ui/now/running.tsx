import { Link } from "react-router";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useNow } from "../kit/now.ts";
import { Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import type { NameOf } from "../parts/flow-names.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { RunDuration, runSeconds } from "../parts/time/duration.tsx";
import { timesUsual } from "../parts/time/duration-band.tsx";
import { duration } from "../parts/time/durations.ts";
import type { TypicalDuration } from "../parts/time/typical-duration.ts";
import { Quiet, Row } from "./row.tsx";

const shown = 10;

interface Props {
  source: PanelSource<readonly FlowRun[]>;
  nameOf: NameOf;
  usual: (flowId: string) => TypicalDuration | undefined;
}

/** What is on, and how far it is by what its flow usually takes. */
export function Running({ source, nameOf, usual }: Props) {
  return (
    <Panel
      title="Running"
      what="Running runs"
      source={source}
      skeleton={<SkeletonRows rows={5} label="Loading running runs" />}
      isEmpty={(runs) => runs.length === 0}
      empty={<Quiet>No run is running.</Quiet>}
      actions={
        <Link to={runsPath("state:running")} className="text-muted hover:text-fg hover:underline">
          Show all
        </Link>
      }
    >
      {(runs) => (
        <ul className="border-t">
          {runs.slice(0, shown).map((run) => (
            <RunningRow key={run.id} run={run} flow={nameOf(run.flow_id)} usual={usual(run.flow_id)} />
          ))}
          {runs.length > shown && (
            <li className="px-3 py-1.5">
              <Link to={runsPath("state:running")} className="text-muted hover:text-fg hover:underline">
                {runs.length - shown} more
              </Link>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

function RunningRow({
  run,
  flow,
  usual,
}: {
  run: FlowRun;
  flow: string | undefined;
  usual: TypicalDuration | undefined;
}) {
  const seconds = runSeconds(run, useNow()) ?? 0;
  const slow = timesUsual(seconds, usual);
  return (
    <Row
      to={runPath({ kind: "flow-run", id: run.id })}
      icon={<StateIcon type={run.state_type} name={run.state_name} title />}
      title={run.name}
      detail={<span className="truncate">{flow}</span>}
      aside={
        <span className="flex w-28 flex-col items-end gap-0.5 whitespace-nowrap">
          <span>
            <RunDuration run={run} />
            {usual && !slow && <span className="text-muted"> of ~{duration(Math.round(usual.middle))}</span>}
            {slow && <span className="pl-1.5 text-late">{slow}</span>}
          </span>
          {usual && <Bar share={seconds / usual.middle} isSlow={slow !== undefined} />}
        </span>
      }
    />
  );
}

function Bar({ share, isSlow }: { share: number; isSlow: boolean }) {
  return (
    <span className="block h-1 w-full overflow-hidden rounded-full bg-active">
      <span
        className={`block h-full rounded-full ${isSlow ? "bg-late" : "bg-running"}`}
        style={{ width: `${Math.min(100, share * 100)}%` }}
      />
    </span>
  );
}
