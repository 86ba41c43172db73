import { Link } from "react-router";
import { Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { runPath } from "../parts/run-link.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { StateIcon } from "../parts/state-badge.tsx";
import { Time } from "../parts/time.tsx";
import { type FailureGroup, searchable } from "./failures.ts";
import type { Names } from "./page.tsx";
import { Quiet, Row } from "./row.tsx";

interface Props {
  source: PanelSource<readonly FailureGroup[]>;
  /** Only the newest 200 failed runs were read. */
  isCapped: boolean;
  nameOf: Names;
}

const shown = 6;

export function Failures({ source, isCapped, nameOf }: Props) {
  return (
    <Panel
      title="Failing"
      what="Failures"
      source={source}
      skeleton={<SkeletonRows rows={4} label="Loading failures" />}
      isEmpty={(groups) => groups.length === 0}
      empty={<Quiet>Nothing failed in the last 24 hours.</Quiet>}
      actions={
        <Link to={runsPath(everyFailure)} className="text-muted hover:text-fg hover:underline">
          {isCapped ? "Newest 200, show all" : "Show all"}
        </Link>
      }
    >
      {(groups) => (
        <ul className="border-t">
          {groups.slice(0, shown).map((group) => (
            <Group key={group.key} group={group} flow={nameOf(group.flowId)} since={earliest(groups)} />
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

const everyFailure = "state:failed,crashed since:24h";
/** Strips of all groups begin together, at the first failure but at least ten minutes ago. */
const earliest = (groups: readonly FailureGroup[]): number =>
  Math.min(Date.now() - 600_000, ...groups.map((group) => group.times.at(-1) ?? Date.now()));

interface GroupProps {
  group: FailureGroup;
  flow: string | undefined;
  since: number;
}

function Group({ group, flow = "", since }: GroupProps) {
  const [latest] = group.runs;
  const text = searchable(group.message);
  const query = [`flow:"${flow}"`, "state:failed,crashed", text.length > 3 && `err:"${text}"`, "since:24h"];
  if (!latest) return null;
  return (
    <Row
      to={runsPath(query.filter(Boolean).join(" "))}
      icon={<StateIcon type={latest.state_type} name={latest.state_name} title />}
      title={group.message}
      detail={
        <>
          <span className="truncate">{flow}</span>
          <Occurrences times={group.times} since={since} />
        </>
      }
      aside={
        <>
          <span className="font-strong">×{group.runs.length}</span>
          <Link
            to={runPath({ kind: "flow-run", id: latest.id })}
            className="relative z-10 w-20 text-right text-muted hover:text-fg hover:underline"
          >
            <span className="sr-only">Latest run {latest.name}, </span>
            <Time time={latest.end_time ?? latest.start_time} />
          </Link>
        </>
      }
    />
  );
}

const slots = 48;

/** When it happened, from the first failure of all until now. */
function Occurrences({ times, since }: { times: readonly number[]; since: number }) {
  const end = Date.now();
  const counts = new Map<number, number>();
  for (const time of times) {
    const slot = slots - 1 - Math.min(slots - 1, Math.floor(((end - time) / (end - since)) * slots));
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
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
