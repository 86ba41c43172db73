// The scheduler's computation: the next hour of 500 deployments with one schedule each, three fires at least, in a fresh
// process. Also the cost of the hardest recurrence rules, in place and in the thread that keeps them off the main one.
//
//   node bench/schedules.ts [--runs 5]
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { fires } from "../src/rules/schedules.ts";
import type { Schedule } from "../src/schema/schedules.ts";
import { ScheduleFires } from "../src/server/schedule-fires.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "5" }, child: { type: "boolean", default: false } },
});
const now = Date.parse("2026-03-28T23:30:00Z");
const hour = 3_600_000;

const zones = [
  ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"],
  ...[
    "America/St_Johns",
    "Asia/Tehran",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Chatham",
    "Asia/Kolkata",
  ],
];
const crons = [
  ...["* * * * *", "*/5 * * * *", "*/15 9-17 * * 1-5", "0 * * * *", "30 2 * * *", "0 9 * * 1-5", "0 0 1 * *"],
  ...["0 0 L * *", "0 8 * * fri#2", "15,45 */2 * * *", "0 0 29 2 *", "@weekly"],
];
const intervals = [60, 300, 900, 3600, 5400, 86_400, 129_600, 604_800];
const rules = [
  ...[
    "FREQ=MINUTELY;INTERVAL=5",
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=9",
    "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=7,19",
  ],
  ...["FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "FREQ=DAILY;COUNT=5000"],
  ...[
    "DTSTART:20180101T000000\nRRULE:FREQ=MINUTELY;BYHOUR=9",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  ],
];
const hard = {
  minutesOfAnHourFrom2018: "DTSTART:20180101T000000\nRRULE:FREQ=MINUTELY;BYHOUR=9",
  neverBySecond: "DTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
  neverByDay: "DTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
  neverByYear: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  countedForYears: "DTSTART:20200101T000000\nRRULE:FREQ=MINUTELY;BYMINUTE=1,3,5;COUNT=900000",
  countedForDecades: "DTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;BYSECOND=1,3,5;COUNT=900000000",
};

const pick = <T>(list: readonly T[], index: number): T => {
  const value = list[index % list.length];
  if (value === undefined) throw new Error("expected a list with something in it");
  return value;
};

function scheduleOf(index: number): Schedule {
  const timezone = pick(zones, index);
  const nth = Math.floor(index / 3);
  if (index % 3 === 0) return { cron: pick(crons, nth), timezone, day_or: true };
  if (index % 3 === 1)
    return { interval: pick(intervals, nth), anchor_date: "2026-01-01T08:30:00.000000Z", timezone };
  return { rrule: pick(rules, nth), timezone };
}

/** The scheduler's query: all fires of the next hour, at most 100; and where these are fewer than three, the next three. */
async function pass(computed: ScheduleFires): Promise<number> {
  let total = 0;
  for (let index = 0; index < 500; index++) {
    const schedule = scheduleOf(index);
    const soon = await computed.fires(schedule, { after: now, until: now + hour, limit: 100 });
    total +=
      soon.length >= 3 ? soon.length : (await computed.fires(schedule, { after: now, limit: 3 })).length;
  }
  return total;
}

const cpuMs = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

if (values.child) await measureInChild();
else await measure();

/** The process begins with no code compiled and no zone loaded. */
async function measureInChild(): Promise<void> {
  const computed = new ScheduleFires();
  const cold = process.cpuUsage();
  const total = await pass(computed);
  const coldMs = cpuMs(cold);
  const warm = process.cpuUsage();
  await pass(computed);
  console.log(JSON.stringify({ coldMs, warmMs: cpuMs(warm), total }));
  await computed.close();
}

async function measure(): Promise<void> {
  const { quantile, report } = await import("./harness.ts");
  const runs = Array.from(
    { length: Number(values.runs) },
    (): { coldMs: number; warmMs: number; total: number } => {
      const { stdout } = spawnSync(process.execPath, [import.meta.filename, "--child"], { encoding: "utf8" });
      return JSON.parse(stdout);
    },
  );
  const middle = (list: number[]) => quantile(list, 0.5);
  const figures = {
    deployments: 500,
    fires: runs[0]?.total,
    coldPassCpuMs: middle(runs.map(({ coldMs }) => coldMs)),
    warmPassCpuMs: middle(runs.map(({ warmMs }) => warmMs)),
    hard: await hardRules(),
  };
  report("schedules", figures, { coldPassCpuMs: 300, blockedMs: 50, answeredMs: 600 });
}

/** `blockedMs`: how long the main thread was blocked. */
async function hardRules() {
  const computed = new ScheduleFires();
  const found: Record<string, object> = {};
  for (const [name, rrule] of Object.entries(hard)) {
    const schedule = { rrule, timezone: "Europe/Berlin" };
    let blockedMs = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      blockedMs = Math.max(blockedMs, performance.now() - last - 1);
      last = performance.now();
    }, 1);
    const start = performance.now();
    const answer = await computed.fires(schedule, { after: now, limit: 3 }).then(
      (list) => list.length,
      (error: Error) => error.message.split(":")[0],
    );
    const answeredMs = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(watch);
    found[name] = { answer, answeredMs: Math.round(answeredMs), blockedMs: Math.round(blockedMs) };
  }
  await computed.close();
  return { ...found, inPlaceMs: inPlace() };
}

/** The rule with which a generic library took 9.5 s. */
function inPlace(): number {
  const start = performance.now();
  fires({ rrule: hard.minutesOfAnHourFrom2018, timezone: "UTC" }, { after: now, limit: 1 });
  return performance.now() - start;
}
