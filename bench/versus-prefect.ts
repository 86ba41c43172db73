// CPU per operation of our server and of a real Prefect server, both on SQLite, measured in one run.
//
//   PREFECT_BIN=.cache/prefect-3.9.1/bin node bench/versus-prefect.ts [--runs 1000000] [--operations 1000] [--only name,…]
//
// `npm run test:prefect` creates the environment. Both databases hold the same flow runs (bench/seed-runs.ts), and get,
// alternating, the same loads from the same client (bench/loads.ts). CPU is that of all processes of a server from the first
// request until it is quiet again: work after the response counts. Idle CPU, measured before, is
// subtracted. A side is measured until it has done `--operations` and used two seconds of CPU, which /proc counts in
// hundredths, but for no more than ten. Four seconds of CPU of each side warm up. Prints JSON.
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startPrefectServer } from "../e2e/prefect/prefect-server.ts";
import { openPython, succeed } from "../e2e/prefect/python.ts";
import { cpuOfAll, makeHome, report, startServer } from "./harness.ts";
import { type Load, loadsBefore, type Side, sideOf } from "./loads.ts";
import { seedPrefect } from "./seed-prefect.ts";
import { seedRuns } from "./seed-runs.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000000" },
    operations: { type: "string", default: "1000" },
    only: { type: "string" },
  },
});
const operations = Number(values.operations);
const idleMs = 15_000;
const enoughCpuMs = 2000;
const warmUpCpuMs = 4000;
const maxCpuMs = 10_000;
const firstLook = 4;
const growth = 10;

interface Figures {
  operations: number;
  /** CPU of the server, without its idle CPU. */
  cpuMs: number;
  /** Until the last response. */
  seconds: number;
}

const nothing: Figures = { operations: 0, cpuMs: 0, seconds: 0 };
/** CPU in ms per idle ms. */
const idle = new Map<Side, number>();

const round = (value: number) => Number(value.toPrecision(3));
const perOperation = (total: Figures) => round(total.cpuMs / total.operations);
const rounded = (total: Figures) => ({
  cpuMsPerOperation: perOperation(total),
  perSecond: Math.round(total.operations / total.seconds),
  operations: total.operations,
});

const bin = process.env.PREFECT_BIN;
if (bin) process.env.PREFECT_BIN = resolve(bin);
const python = openPython(undefined);
let isRunning = true;
const home = makeHome();
await Promise.all([
  seedRuns(join(home, "praetor.db"), Number(values.runs)),
  succeed(python.prefect(["server", "database", "upgrade", "-y"])),
]);
seedPrefect(join(python.home, "prefect.db"), Number(values.runs));
const [server, prefect] = await Promise.all([startServer(home), startPrefectServer(python)]);
process.once("exit", () => {
  if (isRunning) process.kill(prefect.pid, "SIGKILL");
});
const sides = [
  sideOf("praetor", server.url, server.cpu),
  sideOf("prefect", prefect.url, () => cpuOfAll(prefect.pid)),
] as const;

const now = Date.now();
for (const side of sides) await untilQuiet(side);
const before = sides.map((side) => side.cpu());
await sleep(idleMs);
sides.forEach((side, at) => void idle.set(side, (side.cpu() - (before[at] ?? 0)) / idleMs));

const figures: Record<string, object> = {};
for (const [name, load] of Object.entries(loadsBefore(now))) {
  if (values.only && !values.only.split(",").includes(name)) continue;
  figures[name] = await compare(load);
}
await Promise.all([server.stop(), python.close()]);
isRunning = false;
report(
  "versus-prefect",
  {
    runs: Number(values.runs),
    idleCpuMsPerSecond: Object.fromEntries(
      sides.map((side) => [side.name, round((idle.get(side) ?? 0) * 1000)]),
    ),
    ...figures,
  },
  { timesLess: 20 },
);
process.exit(0);

async function compare(load: Load) {
  const warm = { operations: operations / 10, cpuMs: warmUpCpuMs };
  for (const side of sides) await take(side, load, { enough: warm, total: nothing });
  const totals = new Map<Side, Figures>();
  for (let turn = 1; turn <= 2; turn += 1) {
    for (const side of sides) {
      const enough = { operations: (operations * turn) / 2, cpuMs: (enoughCpuMs * turn) / 2 };
      totals.set(side, await take(side, load, { enough, total: totals.get(side) ?? nothing }));
    }
  }
  const [ours, theirs] = sides.map((side) => perOperation(totals.get(side) ?? nothing));
  return {
    timesLess: round((theirs ?? 0) / (ours ?? 0)),
    ...Object.fromEntries(sides.map((side) => [side.name, rounded(totals.get(side) ?? nothing)])),
  };
}

interface Measured {
  enough: Pick<Figures, "operations" | "cpuMs">;
  total: Figures;
}

/** How many more operations are needed for a reliable figure. */
async function take(side: Side, load: Load, { enough, total }: Measured): Promise<Figures> {
  const each = Math.max(total.cpuMs / Math.max(total.operations, 1), 0.05);
  const lacking = Math.max(enough.operations - total.operations, (enough.cpuMs - total.cpuMs) / each);
  // The cost per operation is unknown at first, and inaccurate after a few: /proc counts in hundredths.
  const most = Math.min((maxCpuMs - total.cpuMs) / each, total.operations * growth || firstLook);
  if (total.operations > 0 && Math.min(lacking, most) <= 0) return total;
  // At least a fifth of those done: fewer would cost less than the subtracted idle CPU.
  const wanted = total.operations === 0 ? firstLook : Math.max(lacking, total.operations / 5);
  const count = Math.ceil(Math.min(wanted, most));
  const work = await load(side, count);
  await untilQuiet(side);
  const { cpuMs, seconds } = await measure(side, work);
  const sum = {
    operations: total.operations + count,
    cpuMs: total.cpuMs + cpuMs,
    seconds: total.seconds + seconds,
  };
  return take(side, load, { enough, total: sum });
}

async function measure(side: Side, work: () => Promise<void>): Promise<Figures> {
  const cpu = side.cpu();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  await untilQuiet(side);
  const idleCpu = (idle.get(side) ?? 0) * (performance.now() - began);
  return { operations: 0, cpuMs: side.cpu() - cpu - idleCpu, seconds };
}

/** Until half a second took hardly more CPU than idle; gives up after 5 s. */
async function untilQuiet(side: Side): Promise<void> {
  for (let waited = 0; waited < 10; waited += 1) {
    const cpu = side.cpu();
    await sleep(500);
    if (side.cpu() - cpu <= (idle.get(side) ?? 0.1) * 500 + 20) return;
  }
}
