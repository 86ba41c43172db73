// CPU of a pass of the scheduler over deployments with one schedule each, in this process and its store's threads.
//
//   node bench/scheduler.ts [--deployments 500] [--passes 20]
//
// (a) the first pass, which creates all runs; (b) passes a minute apart, which create those newly within the horizon; (c)
// first passes of a new scheduler, with all runs present. Prints JSON.
import { parseArgs } from "node:util";
import { deployments } from "../src/schema/deployments.ts";
import { flows } from "../src/schema/flows.ts";
import { ScheduleFires } from "../src/server/schedule-fires.ts";
import { Scheduler } from "../src/server/services/scheduler.ts";
import { openStore } from "../src/store/store.ts";
import { makeHome, quantile, report } from "./harness.ts";

const { values } = parseArgs({
  options: {
    deployments: { type: "string", default: "500" },
    passes: { type: "string", default: "20" },
  },
});
const count = Number(values.deployments);
const passes = Number(values.passes);

let clock = Date.parse("2026-03-01T12:00:00Z");
const now = () => clock;
const store = await openStore({ path: `${makeHome()}/praetor.db`, now });
const schedules = new ScheduleFires();
const newScheduler = () =>
  new Scheduler({
    store,
    now,
    log: console,
    fires: (schedule, options) => schedules.fires(schedule, options),
  });

/** A typical mix: mostly daily and hourly, some by the minute, some rules. */
const kinds = [
  (n: number) => ({ cron: `${n % 60} ${n % 24} * * *`, timezone: "Europe/Berlin" }),
  (n: number) => ({ cron: `${n % 60} * * * *`, timezone: "America/New_York" }),
  (n: number) => ({ cron: `*/${5 + (n % 10)} * * * 1-5`, timezone: "UTC" }),
  (n: number) => ({ interval: 3600 + n, anchor_date: "2026-01-01T00:00:00Z", timezone: "Asia/Tokyo" }),
  (n: number) => ({
    rrule: `DTSTART:20260101T0${n % 9}0000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR`,
    timezone: "Europe/London",
  }),
];

const { row: flow } = await store.flows.create(flows.create.input.parse({ name: "bench" }));
for (let n = 0; n < count; n += 1) {
  const schedule = kinds[n % kinds.length]?.(n);
  const input = { name: `deployment-${n}`, flow_id: flow.id, tags: ["bench"], schedules: [{ schedule }] };
  await store.deployments.create(deployments.create.input.parse(input));
}

/** CPU of all threads in ms. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
const countRuns = () => store.flowRuns.count({});

const scheduler = newScheduler();
const first = await cpuOf(() => scheduler.planAll());
const runsMade = await countRuns();
const later: number[] = [];
for (let pass = 0; pass < passes; pass += 1) {
  clock += 60_000;
  later.push(await cpuOf(() => scheduler.planAll()));
}
const anew: number[] = [];
for (let pass = 0; pass < passes; pass += 1) anew.push(await cpuOf(() => newScheduler().planAll()));
const runsAfter = await countRuns();
await schedules.close();
await store.close();

const inShort = (cpus: number[]) => ({ medianMs: quantile(cpus, 0.5), maxMs: Math.max(...cpus) });
report(
  "scheduler",
  {
    deployments: count,
    firstPassMs: first,
    runsMade,
    eachMinute: inShort(later),
    runsAfter,
    anew: inShort(anew),
  },
  { firstPassMs: 300, eachMinute: { maxMs: 300 }, anew: { maxMs: 300 } },
);
process.exit(0);
