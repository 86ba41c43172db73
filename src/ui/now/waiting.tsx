import type { WaitingGroup } from "../../schema/overview.ts";
import type { SilentWorker } from "../../schema/waiting.ts";
import { useNow } from "../kit/now.ts";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { poolPath } from "../parts/paths.ts";
import { gateWords } from "../parts/runs/gates.ts";
import { LinkedWords } from "../parts/runs/linked-words.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import { runsPath } from "../parts/runs-path.ts";
import { useSettings } from "../settings.ts";
import { GateFix } from "../waiting/gate-fix.tsx";
import { sharedLimits, waitingCount } from "./counts.ts";
import type { NowFigures, NowSource } from "./figures.ts";
import { LimitRow } from "./limit-row.tsx";
import { headLink, itemBox, listBox, panelBox, Quiet, spell } from "./rows.tsx";
import { queryOf, type View } from "./view.ts";

const everyWaiting = "state:late,pending,cancelling,awaitingretry,awaitingconcurrencyslot";

/** What keeps runs from running, each reason once, with what removes it; and workers that fell silent. */
export function Waiting({ source, view }: { source: NowSource; view: View }) {
  return (
    <Panel
      title="Waiting"
      what="Waiting runs"
      className={`${panelBox} lg:flex-1`}
      source={source}
      skeleton={<SkeletonRows rows={4} label="Loading waiting runs" />}
      actions={
        <Link to={runsPath(queryOf(view, everyWaiting, false))} className={headLink}>
          Show all
        </Link>
      }
    >
      {(figures) => <Reasons figures={figures} />}
    </Panel>
  );
}

function Reasons({ figures }: { figures: NowFigures }) {
  const { waiting, silent_workers, full_limits } = figures;
  const limits = sharedLimits(full_limits);
  return (
    <>
      {waitingCount(figures) === 0 && <Quiet>No run is late or waiting for a slot.</Quiet>}
      {waiting.groups.length + limits.length + (silent_workers?.length ?? 0) > 0 && (
        <ul className={listBox}>
          {limits.map((limit) => (
            <LimitRow key={limit.name} limit={limit} />
          ))}
          {waiting.groups.map((group) => (
            <GroupRow key={group.oldest.id} group={group} />
          ))}
          {silent_workers?.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
        </ul>
      )}
      {full_limits === null && (
        <p className="mt-auto border-t px-3 py-2 text-xs text-muted">
          A Prefect server does not tell full limits, silent workers, and why runs wait.
        </p>
      )}
    </>
  );
}

function GroupRow({ group }: { group: WaitingGroup }) {
  const now = useNow(30);
  const { zone } = useSettings();
  const { gate, count, oldest, since, state_name } = group;
  const isLate = state_name === "Late";
  const runs = count === 1 ? "1 run" : `${count.toLocaleString("en")} runs`;
  const verb = isLate ? (count === 1 ? "is late" : "are late") : count === 1 ? "waits" : "wait";
  return (
    <li className={itemBox}>
      <p className="font-strong break-words">
        {gate ? (
          <>
            {runs} {verb}: <LinkedWords words={gateWords(gate, { now, zone, isBrief: true })} />
          </>
        ) : (
          `${runs}: ${labelOf(group)}`
        )}
      </p>
      <p className="flex min-w-0 gap-1 text-xs text-muted">
        <span className="shrink-0">
          {count === 1 ? "" : "longest "}for {spell(since, now)}:
        </span>
        <RunLink kind="flow-run" id={oldest.id}>
          {oldest.name}
        </RunLink>
      </p>
      {gate && (
        <div className="flex flex-wrap gap-2 empty:hidden">
          <GateFix gate={gate} />
        </div>
      )}
    </li>
  );
}

/** `late in work pool etl` on a server that tells only the state. */
function labelOf({ state_name, oldest }: WaitingGroup): string {
  const label = stateStyle(oldest.state_type, oldest.state_name).label.toLowerCase();
  return label + (state_name ?? "").slice((oldest.state_name ?? "").length);
}

function WorkerRow({ worker }: { worker: SilentWorker }) {
  const now = useNow(30);
  return (
    <li className={itemBox}>
      <p className="font-strong break-words">
        Worker {worker.name} of work pool{" "}
        <Link to={poolPath(worker.pool)} className="text-accent underline decoration-accent/40">
          {worker.pool}
        </Link>{" "}
        is silent for {spell(worker.since, now)}
      </p>
      {worker.is_last ? (
        <>
          <p className="text-xs text-muted">No other worker serves the pool. Start one:</p>
          <CliCommand command={startWorker(worker.pool)} />
        </>
      ) : (
        <p className="text-xs text-muted">Other workers serve the pool.</p>
      )}
    </li>
  );
}
