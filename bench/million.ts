// Time inside the store of the dashboard's queries on a million flow runs, on either database.
//
//   node bench/million.ts [--database sqlite|postgres] [--runs 1000000] [--calls 200]
//
// Pages are the latest fifty; the hard ones filter by states and tags that rarely or never occur together. Half of
// the calls warm up. Prints JSON; times are in ms.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { openStore } from "../src/store/store.ts";
import { makeHome, quantile, report, startPostgres } from "./harness.ts";
import { seedRuns } from "./seed-runs.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    runs: { type: "string", default: "1000000" },
    calls: { type: "string", default: "200" },
  },
});
const postgres = values.database === "postgres" ? await startPostgres() : undefined;
const path = postgres?.url("postgres") ?? join(makeHome(), "praetor.db");
const began = performance.now();
const seeded = await seedRuns(path, Number(values.runs));
const seedSeconds = Math.round((performance.now() - began) / 1000);
const store = await openStore({ path });
const day = 86_400_000;
const ago = (days: number) => timestamp(Date.now() - days * day);

type Filter = Record<string, unknown>;
const failed = { state: { type: { any_: ["FAILED"] } } };
const lastWeek = { start_time: { after_: ago(7) } };
const daysBefore = { expected_start_time: { after_: ago(7), before_: ago(5) } };
const tagged = (...all_: string[]) => ({ tags: { all_ } });

const pages: Record<string, { flow_runs?: Filter; sort?: string; offset?: number; flows?: Filter }> = {
  all: {},
  state: { flow_runs: failed },
  stateName: { flow_runs: { state: { name: { any_: ["TimedOut"] } } } },
  stateThatNoRunHas: { flow_runs: { state: { name: { any_: ["Late"] } } } },
  tag: { flow_runs: tagged("team-3") },
  tagOfAll: { flow_runs: tagged("all") },
  timeRange: { flow_runs: lastWeek },
  timeRangeLongAgo: { flow_runs: { start_time: { before_: ago(29) } } },
  stateTagAndTime: { flow_runs: { ...failed, ...tagged("team-3"), ...lastWeek } },
  stateTagAndTimeLongAgo: { flow_runs: { ...failed, ...tagged("team-3"), start_time: { before_: ago(29) } } },
  expectedRange: { flow_runs: daysBefore },
  stateAndExpectedRange: { flow_runs: { ...failed, ...daysBefore } },
  stateTagAndExpectedRange: { flow_runs: { ...failed, ...tagged("team-3"), ...daysBefore } },
  stateThatNoRunHasAndExpectedRange: {
    flow_runs: { state: { type: { any_: ["CANCELLED"] } }, ...daysBefore },
  },
  rareTagAndState: { flow_runs: { ...failed, ...tagged("rare") } },
  tagAndStateThatNeverMeet: { flow_runs: { ...failed, ...tagged("clean") } },
  twoTags: { flow_runs: tagged("team-1", "rare") },
  rareTagAndTagOfAll: { flow_runs: tagged("all", "rare") },
  flowAndState: { flow_runs: failed, flows: { id: { any_: [seeded.flows[3]] } } },
  deploymentAndState: { flow_runs: { ...failed, deployment_id: { any_: [seeded.deployments[3]] } } },
  oldest: { sort: "START_TIME_ASC" },
  byExpected: { sort: "EXPECTED_START_TIME_DESC" },
  byExpectedAndState: { flow_runs: failed, sort: "EXPECTED_START_TIME_DESC" },
  byExpectedTagAndStateThatNeverMeet: {
    flow_runs: { ...failed, ...tagged("clean") },
    sort: "EXPECTED_START_TIME_ASC",
  },
  byEnd: { sort: "END_TIME_DESC" },
  next: { flow_runs: { state: { type: { any_: ["SCHEDULED"] } } }, sort: "NEXT_SCHEDULED_START_TIME_ASC" },
  byName: { sort: "NAME_ASC" },
  page100: { flow_runs: failed, offset: 5000 },
};
const counts: Record<string, Filter> = {
  all: {},
  state: failed,
  stateAndTag: { ...failed, ...tagged("team-3") },
  timeRange: lastWeek,
  expectedRange: daysBefore,
  stateAndExpectedRange: { ...failed, ...daysBefore },
  nameLike: { name: { like_: "run-77" } },
};

const times: Record<string, Record<string, number>> = { pages: {}, counts: {}, history: {} };
for (const [name, { sort = "START_TIME_DESC", ...filter }] of Object.entries(pages)) {
  const input = flowRuns.filter.input.parse({ ...filter, sort, limit: 50 });
  Object.assign(times.pages ?? {}, { [name]: await median(() => store.flowRuns.filter(input)) });
}
for (const [name, flow_runs] of Object.entries(counts)) {
  const input = flowRuns.count.input.parse({ flow_runs });
  Object.assign(times.counts ?? {}, { [name]: await median(() => store.flowRuns.count(input), 10) });
}
for (const [name, days, interval] of [
  ["weekByHour", 7, 3600],
  ["monthByDay", 30, 86_400],
] as const) {
  const window = { history_start: ago(days), history_end: ago(0), history_interval_seconds: interval };
  const input = flowRuns.history.input.parse(window);
  Object.assign(times.history ?? {}, { [name]: await median(() => store.flowRuns.history(input)) });
}
await store.close();
await postgres?.stop();
report(
  `a million runs on ${values.database}`,
  { runs: Number(values.runs), seedSeconds, ...times },
  { pages: postgres ? 5 : 1, history: { weekByHour: 25 } },
);
process.exit(0);

async function median(call: () => Promise<unknown>, calls = Number(values.calls)): Promise<number> {
  const took: number[] = [];
  for (let at = 0; at < 2 * calls; at += 1) {
    const before = performance.now();
    await call();
    if (at >= calls) took.push(performance.now() - before);
  }
  return Number(quantile(took, 0.5).toFixed(2));
}
