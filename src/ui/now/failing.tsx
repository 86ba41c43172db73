import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Occurrences } from "../parts/charts/occurrences.tsx";
import { errorsPath } from "../parts/paths.ts";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { Time } from "../parts/time/time.tsx";
import { everyFailure, type FailureGroup } from "./failures.ts";
import type { NowWindow } from "./figures.ts";
import { headLink, listBox, panelBox, Quiet } from "./rows.tsx";
import type { useFailures } from "./use-failures.ts";
import { ranges, type View } from "./view.ts";

interface Props {
  source: ReturnType<typeof useFailures>;
  view: View;
  window: NowWindow;
}

const shown = 50;

/** What runs failed of, newest first; a row leads to the page of the failure. */
export function Failures({ source, view, window }: Props) {
  return (
    <Panel
      title="Failing"
      what="Failures"
      className={panelBox}
      source={source}
      skeleton={<SkeletonRows rows={7} label="Loading failures" />}
      isEmpty={(groups) => groups.length === 0}
      empty={<Quiet>No failures in the {ranges[view.range].label.toLowerCase()}.</Quiet>}
      actions={
        <Link to={source.isGrouped ? errorsPath() : runsPath(everyFailure(view))} className={headLink}>
          {source.isCapped && "Newest 200 · "}
          {source.isGrouped ? "All errors" : "All failed runs"}
        </Link>
      }
    >
      {(groups) => (
        <ul className={listBox}>
          {groups.slice(0, shown).map((group) => (
            <Group key={group.key} group={group} window={window} />
          ))}
          {groups.length > shown && (
            <li className="px-3 py-2">
              <Link to={source.isGrouped ? errorsPath() : runsPath(everyFailure(view))} className={headLink}>
                {groups.length - shown} more
              </Link>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

/** One column for each thing that is compared down the list: course, mark, count, time. */
const columns =
  "grid grid-cols-[minmax(0,1fr)_auto_4.5rem] items-center gap-x-3 md:grid-cols-[minmax(0,1fr)_9rem_4.5rem_3.5rem_5.5rem]";

const marks = { new: "new", reopened: "reopened" } as const;

function Group({ group, window }: { group: FailureGroup; window: NowWindow }) {
  const { latest, flows } = group;
  return (
    <li className={`${columns} relative border-b px-3 py-2 last:border-b-0 hover:bg-hover`}>
      <div className="flex min-w-0 gap-2.5">
        <span className="pt-[3px]">
          <StateIcon type={latest.type} name={latest.state} title />
        </span>
        <div className="min-w-0">
          <Link
            to={group.to}
            title={group.title}
            className="block truncate font-strong outline-offset-2 after:absolute after:inset-0"
          >
            {group.title}
          </Link>
          <span className="block truncate text-xs text-muted">{flowsOf(flows)}</span>
        </div>
      </div>
      <Occurrences times={group.times} window={window} className="max-md:hidden" />
      <span className={`text-xs max-md:hidden ${group.mark === "new" ? "text-failed" : "text-muted"}`}>
        {group.mark && marks[group.mark]}
      </span>
      <Link
        to={group.runs}
        aria-label={`×${group.count}, all runs of this failure`}
        className="relative z-10 justify-self-end font-strong hover:underline"
      >
        ×{group.count.toLocaleString("en")}
      </Link>
      <span className="justify-self-end text-muted">
        <Time time={latest.time} />
      </span>
    </li>
  );
}

const flowsOf = ([first = "", ...others]: readonly string[]): string =>
  others.length === 0
    ? first
    : `${first} and ${others.length} ${others.length === 1 ? "flow" : "flows"} more`;
