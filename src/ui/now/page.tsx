import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StateCondition } from "../../schema/filter.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { StateType } from "../../schema/states.ts";
import { query } from "../api.ts";
import { FirstFlow } from "../parts/first-flow.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { Activity } from "./activity.tsx";
import { Capacity } from "./capacity.tsx";
import { Failures } from "./failing.tsx";
import { Running } from "./running.tsx";
import { useBlockers } from "./use-blockers.ts";
import { useFailures } from "./use-failures.ts";
import { mostUrgent, Waiting } from "./waiting.tsx";

const day = 86_400_000;

/** What needs somebody: failures first, then what waits and what is on; below, how the day went. */
export function Page() {
  // Rounded, so that coming back within the hour finds the same rows in the cache.
  const [since] = useState(() => timestamp(Math.floor((Date.now() - day) / 3_600_000) * 3_600_000));
  const open = useQuery(
    query(flowRuns.filter, { flow_runs: { state: unfinished }, sort: "START_TIME_DESC" }),
  );
  const names = useFlowNames();
  const { groups, ...failed } = useFailures(since, names.nameOf);
  // Rows change in place before the list is read again, so what has just ended is still among them.
  const running = open.data?.filter((run) => run.state_type === "RUNNING").toReversed();
  const waiting = open.data?.filter((run) => isWaiting.has(run.state_type));
  const blockers = useBlockers(waiting && running && { waiting: mostUrgent(waiting), running });
  usePageTitle("Now", {
    type: groups && groups.length > 0 ? "FAILED" : running?.length ? "RUNNING" : "COMPLETED",
  });

  if (names.isReady && names.all.length === 0) return <Welcome />;
  return (
    <div className="flex w-full flex-col pb-6">
      <header className="flex min-h-10 items-center gap-3 border-b px-3">
        <h1 className="text-md font-strong">Now</h1>
        <Summary failures={groups?.length} waiting={waiting?.length} running={running?.length} />
      </header>
      <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(320px,36%)] lg:divide-x">
        <div className="min-w-0">
          <Failures source={{ ...failed.source, data: groups }} isCapped={failed.isCapped} />
          <Waiting source={{ ...open, data: waiting }} nameOf={names.nameOf} explained={blockers.explained} />
          <Capacity limits={blockers.limits} workers={blockers.workers} />
        </div>
        <Running source={{ ...open, data: running }} nameOf={names.nameOf} usual={blockers.usual} />
      </div>
      <Activity oldest={names.oldest} />
    </div>
  );
}

const isWaiting: ReadonlySet<StateType | null> = new Set(["SCHEDULED", "PENDING", "PAUSED", "CANCELLING"]);
/** SelectionDialog that has begun or should have, and has not ended. */
const unfinished: StateCondition = {
  operator: "or_",
  type: { any_: ["RUNNING", "PENDING", "PAUSED", "CANCELLING"] },
  name: { any_: ["Late", "AwaitingRetry", "AwaitingConcurrencySlot"] },
};

function Welcome() {
  return (
    <>
      <header className="flex min-h-10 items-center border-b px-3">
        <h1 className="text-md font-strong">Now</h1>
      </header>
      <FirstFlow title="No runs yet" />
    </>
  );
}

interface Counts {
  failures: number | undefined;
  waiting: number | undefined;
  running: number | undefined;
}

function Summary({ failures, waiting, running }: Counts) {
  if (failures === undefined || waiting === undefined || running === undefined) return null;
  const parts = [
    failures > 0 && `${failures} ${failures === 1 ? "failure" : "different failures"} in 24 h`,
    waiting > 0 && `${waiting} waiting`,
    running > 0 && `${running} running`,
  ].filter(Boolean);
  return (
    <p className="truncate text-muted">
      {parts.join(", ") || "No failures, and no run is waiting or running."}
    </p>
  );
}
