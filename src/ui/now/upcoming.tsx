import { useNow } from "../kit/now.ts";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { FireTime } from "../parts/time/next-fire.tsx";
import { timeOf } from "../parts/time/times.ts";
import type { NowFigures, NowSource } from "./figures.ts";
import { headLink, listBox, panelBox, Quiet } from "./rows.tsx";
import { queryOf, type View } from "./view.ts";

/** What starts within the hour, soonest first. */
export function Upcoming({ source, view }: { source: NowSource; view: View }) {
  return (
    <Panel
      title="Next hour"
      what="Upcoming runs"
      className={panelBox}
      source={source}
      skeleton={<SkeletonRows rows={6} label="Loading upcoming runs" />}
      isEmpty={({ upcoming }) => upcoming.runs.length === 0}
      empty={<Quiet>No run is scheduled for the next hour.</Quiet>}
      actions={
        <Link to={runsPath(queryOf(view, "state:scheduled", false))} className={headLink}>
          {countOf(source.data)}
        </Link>
      }
    >
      {(figures) => <Rows figures={figures} />}
    </Panel>
  );
}

function countOf(figures: NowFigures | undefined): string {
  if (!figures || figures.upcoming.count === 0) return "All scheduled";
  const { count, is_partial } = figures.upcoming;
  return `${count}${is_partial ? "+" : ""} in the next hour`;
}

function Rows({ figures: { upcoming, flows } }: { figures: NowFigures }) {
  // What was due a while ago waits for its worker: it is late soon, and stands among what waits.
  const now = useNow(10);
  const coming = upcoming.runs.filter((run) => timeOf(run.next_scheduled_start_time ?? "") > now - 30_000);
  return (
    <ul className={listBox}>
      {coming.map((run) => (
        <li
          key={run.id}
          className="relative grid h-9 grid-cols-[minmax(0,1fr)_auto] items-center gap-3 border-b px-3 last:border-b-0 hover:bg-hover"
        >
          <span className="flex min-w-0 items-center gap-2.5">
            <StateIcon type={run.state_type} name={run.state_name} title />
            <RunLink kind="flow-run" id={run.id} className="shrink font-strong after:absolute after:inset-0">
              {run.name}
            </RunLink>
            <span className="shrink-[2] truncate text-muted">{flows[run.flow_id]}</span>
          </span>
          <FireTime at={timeOf(run.next_scheduled_start_time ?? "")} />
        </li>
      ))}
    </ul>
  );
}
