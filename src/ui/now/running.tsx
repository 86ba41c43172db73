import { useMemo } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useNow } from "../kit/now.ts";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { RunDuration, runSeconds } from "../parts/time/duration.tsx";
import { timesUsual } from "../parts/time/duration-band.tsx";
import { duration } from "../parts/time/durations.ts";
import { type TypicalDuration, typicalDurationOf } from "../parts/time/typical-duration.ts";
import type { NowFigures, NowSource } from "./figures.ts";
import { headLink, listBox, panelBox, Quiet } from "./rows.tsx";
import { queryOf, type View } from "./view.ts";

interface Props {
  source: NowSource;
  view: View;
}

/** What runs, the longest first. */
export function Running({ source, view }: Props) {
  return (
    <Panel
      title="Running"
      what="Running runs"
      className={panelBox}
      source={source}
      skeleton={<SkeletonRows rows={6} label="Loading running runs" />}
      isEmpty={({ running }) => running.runs.length === 0}
      empty={<Quiet>No run is running.</Quiet>}
      actions={
        <Link to={runsPath(queryOf(view, "state:running", false))} className={headLink}>
          {moreOf(source.data)}
        </Link>
      }
    >
      {(figures) => <Rows figures={figures} />}
    </Panel>
  );
}

function moreOf(figures: NowFigures | undefined): string {
  const rest = figures ? figures.running.count - figures.running.runs.length : 0;
  return rest > 0 ? `${rest.toLocaleString("en")} more` : "Show all";
}

function Rows({ figures: { running, flows } }: { figures: NowFigures }) {
  const usual = useMemo(
    () => new Map(running.durations.map(({ flow_id, seconds }) => [flow_id, typicalDurationOf(seconds)])),
    [running.durations],
  );
  return (
    <ul className={listBox}>
      {running.runs.map((run) => (
        <RunningRow key={run.id} run={run} flow={flows[run.flow_id]} usual={usual.get(run.flow_id)} />
      ))}
    </ul>
  );
}

interface RowProps {
  run: FlowRun;
  flow: string | undefined;
  usual: TypicalDuration | undefined;
}

function RunningRow({ run, flow, usual }: RowProps) {
  const seconds = runSeconds(run, useNow()) ?? 0;
  const slow = timesUsual(seconds, usual);
  return (
    <li className="relative grid h-9 grid-cols-[minmax(0,1fr)_7.5rem_3.5rem] items-center gap-3 border-b px-3 last:border-b-0 hover:bg-hover">
      <span className="flex min-w-0 items-center gap-2.5">
        <StateIcon type={run.state_type} name={run.state_name} title />
        <RunLink kind="flow-run" id={run.id} className="shrink font-strong after:absolute after:inset-0">
          {run.name}
        </RunLink>
        <span className="shrink-[2] truncate text-muted">{flow}</span>
      </span>
      <span className="text-right whitespace-nowrap">
        <RunDuration run={run} />
        {usual && !slow && <span className="text-muted"> of ~{duration(Math.round(usual.middle))}</span>}
        {slow && <span className="pl-1.5 text-late">{slow} usual</span>}
      </span>
      {usual ? <Bar share={seconds / usual.middle} isSlow={slow !== undefined} /> : <span />}
    </li>
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
