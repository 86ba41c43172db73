import { Link } from "react-router";
import { Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { Time } from "../parts/time/time.tsx";
import { everyFailure, type FailureGroup } from "./failures.ts";
import { Quiet, Row } from "./row.tsx";

interface Props {
  source: PanelSource<readonly FailureGroup[]>;
  /** Only the newest 200 were read. */
  isCapped: boolean;
}

const shown = 6;

export function Failures({ source, isCapped }: Props) {
  return (
    <Panel
      title="Failing"
      what="Failures"
      source={source}
      skeleton={<SkeletonRows rows={4} label="Loading failures" />}
      isEmpty={(groups) => groups.length === 0}
      empty={<Quiet>No failures in the last 24 hours.</Quiet>}
      actions={
        <Link to={runsPath(everyFailure)} className="text-muted hover:text-fg hover:underline">
          {isCapped ? "Newest 200, show all" : "Show all"}
        </Link>
      }
    >
      {(groups) => (
        <ul className="border-t">
          {groups.slice(0, shown).map((group) => (
            <Group key={group.key} group={group} since={earliest(groups)} />
          ))}
          {groups.length > shown && (
            <li className="border-b px-3 py-1.5">
              <Link to={runsPath(everyFailure)} className="text-muted hover:text-fg hover:underline">
                {groups.length - shown} more
              </Link>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

/** Strips of all groups begin together, at the first failure but at least ten minutes ago. */
const earliest = (groups: readonly FailureGroup[]): number =>
  Math.min(Date.now() - 600_000, ...groups.map((group) => group.times.at(-1)?.time ?? Date.now()));

function Group({ group, since }: { group: FailureGroup; since: number }) {
  const { latest, flows } = group;
  return (
    <Row
      to={group.to}
      icon={<StateIcon type={latest.type} name={latest.state} title />}
      title={group.title}
      detail={
        <>
          <span className="truncate">{flows.join(", ")}</span>
          <Occurrences times={group.times} since={since} />
        </>
      }
      aside={
        <>
          <span className="font-strong">×{group.count}</span>
          <Link
            to={latest.to}
            className="relative z-10 w-20 text-right text-muted hover:text-fg hover:underline"
          >
            <span className="sr-only">Latest run {latest.name}, </span>
            <Time time={latest.time} />
          </Link>
        </>
      }
    />
  );
}

const slots = 48;

/** When it happened, from the first failure of all until now. */
function Occurrences({ times, since }: { times: FailureGroup["times"]; since: number }) {
  const end = Date.now();
  const counts = new Map<number, number>();
  for (const { time, count } of times) {
    const slot = slots - 1 - Math.min(slots - 1, Math.floor(((end - time) / (end - since)) * slots));
    counts.set(slot, (counts.get(slot) ?? 0) + count);
  }
  const most = Math.max(1, ...counts.values());
  return (
    <svg width={slots * 2} height="10" className="shrink-0 text-failed max-sm:hidden" aria-hidden="true">
      <line x1="0" x2={slots * 2} y1="9.5" y2="9.5" stroke="var(--line-strong)" />
      {[...counts].map(([slot, count]) => {
        const height = 2 + (count / most) * 6;
        return (
          <rect key={slot} x={slot * 2} y={9 - height} width="1.5" height={height} fill="currentColor" />
        );
      })}
    </svg>
  );
}
