import { isFinal } from "../../../schema/states.ts";
import type { RecentRuns } from "../../../schema/waiting.ts";
import { Link } from "../../kit/router.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { runPath } from "../runs/run-link.tsx";
import { StateIcon } from "../runs/state-badge.tsx";
import { stateStyle } from "../runs/states.ts";
import { duration } from "../time/durations.ts";

const places = 20;
const step = 7;
const height = 18;

type Run = RecentRuns["runs"][number];

/** The last runs as bars, the newest at the right: colour is the state, height the duration against the longest. */
export function RunsStrip({ recent, isPending }: { recent: RecentRuns | undefined; isPending: boolean }) {
  if (!recent) return isPending ? <Skeleton className="h-3 w-24" /> : null;
  const [newest] = recent.runs;
  if (!newest) return <span className="text-faint">No runs yet</span>;
  const runs = recent.runs.slice(0, places).toReversed();
  const longest = Math.max(...runs.map((run) => run.duration), 0.001);
  return (
    <span className="flex items-center gap-2">
      <span
        role="img"
        aria-label={summary(recent.runs)}
        className="flex shrink-0 items-end justify-end"
        style={{ width: places * step, height }}
      >
        {runs.map((run) => (
          <Bar key={run.id} run={run} longest={longest} />
        ))}
      </span>
      <Link
        to={runPath({ kind: "flow-run", id: newest.id })}
        tabIndex={-1}
        aria-label={`The last run, ${newest.name}`}
        className="touch shrink-0 rounded-sm"
        data-tip={`Last run ${newest.name}: ${wordsOf(newest)}`}
      >
        <StateIcon type={newest.state_type} name={newest.state_name} />
      </Link>
    </span>
  );
}

/** One run: a failure is a full bar with a notch, so that it reads without its colour. */
function Bar({ run, longest }: { run: Run; longest: number }) {
  const look = stateStyle(run.state_type, run.state_name);
  const isBad = run.state_type === "FAILED" || run.state_type === "CRASHED";
  const isOpen = run.state_type !== "COMPLETED" && !isBad;
  const share = isBad ? 1 : Math.max(0.22, Math.sqrt(run.duration / longest));
  return (
    <span
      data-tip={`${run.name}: ${wordsOf(run)}`}
      className="flex h-full items-end pl-[2px]"
      style={{ width: step }}
    >
      <span
        className="block w-full rounded-[1.5px]"
        style={{
          height: `${share * 100}%`,
          ...(isOpen ? { boxShadow: `inset 0 0 0 1.4px ${look.color}` } : { background: look.color }),
          ...(run.state_type === "COMPLETED" ? { opacity: 0.62 } : {}),
        }}
      />
    </span>
  );
}

const wordsOf = ({ state_type, state_name, start_time, duration: seconds }: Run): string =>
  `${stateStyle(state_type, state_name).label.toLowerCase()}${start_time ? ` after ${duration(seconds)}` : ""}`;

function summary(runs: readonly Run[]): string {
  const counts = Map.groupBy(runs, (run) => stateStyle(run.state_type, run.state_name).label.toLowerCase());
  const words = [...counts].map(([label, group]) => `${group.length} ${label}`);
  return `Last ${runs.length} ${runs.length === 1 ? "run" : "runs"}: ${words.join(", ")}`;
}

/** How many of the last runs that have ended completed. */
export function SuccessRate({ recent }: { recent: RecentRuns | undefined }) {
  const ended = recent?.runs.filter((run) => run.state_type !== null && isFinal(run.state_type)) ?? [];
  if (ended.length === 0) return <span className="text-faint">–</span>;
  const completed = ended.filter((run) => run.state_type === "COMPLETED").length;
  const share = completed / ended.length;
  return (
    <span
      className={share < 0.5 ? "text-failed" : share < 0.9 ? "text-late" : "text-muted"}
      title={`${completed} of the last ${ended.length} runs that ended`}
    >
      {Math.round(share * 100)}%
    </span>
  );
}
