import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { Overview, overview } from "../../schema/overview.ts";
import type { Input, Parsed } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { fullLimits } from "../full-limits.ts";
import { latestDurations } from "../latest-durations.ts";
import { silentWorkers } from "../silent-workers.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { countedRuns, pastFigures } from "./past-figures.ts";
import { pausedRuns } from "./paused-runs.ts";
import { waitingGroups } from "./waiting-groups.ts";

/** How many runs of a kind the answer lists. */
const maxRunning = 10;
const maxPaused = 20;
const maxUpcoming = 8;
/** How many are looked at for groups and counts. */
const maxWaiting = 1000;
const maxCounted = 100;
const hourMs = 3_600_000;

/** What has begun or should have, and does not run: paused runs are a list of their own. */
const waitingState = {
  operator: "or_",
  type: { any_: ["PENDING", "CANCELLING"] },
  name: { any_: ["Late", "AwaitingRetry", "AwaitingConcurrencySlot"] },
} as const;

interface OverviewDeps {
  store: Store;
  waiters: SlotWaiters;
  now: () => number;
}
type Request = Parsed<typeof overview.summary>;
type Read = (request: Request) => Promise<Overview>;

/** Reads what needs attention; its cost is bounded whatever there is to show. */
export function overviewReader(deps: OverviewDeps): Read {
  const { store, now } = deps;
  const past = pastFigures(store, now);
  const durations = latestDurations(store, now);
  return async (request) => {
    const [flows, history, figures, running, paused, waiting, upcoming, full_limits, silent_workers] =
      await Promise.all([
        store.flows.filter({ limit: 1, offset: 0, sort: "NAME_ASC" }),
        readHistory(store, request),
        past(request),
        readRunning(store, request),
        readPaused(store, request),
        readWaiting(deps, request),
        readUpcoming(deps, request),
        fullLimits(store, deps.waiters),
        silentWorkers(store, now),
      ]);
    const listed = [...running.runs, ...paused.runs.map(({ run }) => run), ...upcoming.runs];
    const flowIds = [...new Set(running.runs.map((run) => run.flow_id))];
    return {
      ...{ is_empty: flows.length === 0, history, ...figures, full_limits, silent_workers },
      ...{ running: { ...running, durations: await durations(flowIds) }, paused, waiting, upcoming },
      flows: await flowNames(store, listed),
    };
  };
}

const readHistory = (store: Store, request: Request) =>
  store.flowRuns.history(
    flowRuns.history.input.parse({
      flow_runs: countedRuns(request),
      history_start: request.after_,
      history_end: request.before_,
      history_interval_seconds: request.interval_seconds,
    }),
  );

const page = (store: Store, input: Input<typeof flowRuns.filter>, limit: number): Promise<FlowRun[]> =>
  store.flowRuns.filter({ ...flowRuns.filter.input.parse(input), limit });

async function readRunning(store: Store, request: Request) {
  const flow_runs = { ...countedRuns(request), state: { type: { any_: ["RUNNING" as const] } } };
  const [runs, count] = await Promise.all([
    page(store, { flow_runs, sort: "START_TIME_ASC" }, maxRunning),
    store.flowRuns.count({ flow_runs }),
  ]);
  return { runs, count };
}

async function readPaused(store: Store, { tags }: Request) {
  const state = { type: { any_: ["PAUSED" as const] } };
  const flow_runs = { ...countedRuns({ tags, subflows: true }), state };
  const [runs, count] = await Promise.all([
    page(store, { flow_runs, sort: "START_TIME_DESC" }, maxPaused),
    store.flowRuns.count({ flow_runs }),
  ]);
  return { count, runs: await pausedRuns(store, runs) };
}

async function readWaiting({ store, now }: OverviewDeps, { tags }: Request) {
  const flow_runs = {
    ...countedRuns({ tags, subflows: true }),
    state: {
      ...waitingState,
      type: { any_: [...waitingState.type.any_] },
      name: { any_: [...waitingState.name.any_] },
    },
  };
  const runs = await page(store, { flow_runs, sort: "START_TIME_ASC" }, maxWaiting);
  const is_partial = runs.length === maxWaiting;
  return {
    count: is_partial ? await store.flowRuns.count({ flow_runs }) : runs.length,
    is_partial,
    groups: await waitingGroups(store, runs, timestamp(now())),
  };
}

async function readUpcoming({ store, now }: OverviewDeps, request: Request) {
  const [after_, before_] = [timestamp(now()), timestamp(now() + hourMs)];
  const flow_runs = { ...countedRuns(request), next_scheduled_start_time: { after_, before_ } };
  const runs = await page(store, { flow_runs, sort: "NEXT_SCHEDULED_START_TIME_ASC" }, maxCounted);
  return { count: runs.length, is_partial: runs.length === maxCounted, runs: runs.slice(0, maxUpcoming) };
}

async function flowNames(store: Store, runs: readonly FlowRun[]): Promise<Record<string, string>> {
  const flows = await store.flows.readMany([...new Set(runs.map((run) => run.flow_id))]);
  return Object.fromEntries(flows.map(({ id, name }) => [id, name]));
}
