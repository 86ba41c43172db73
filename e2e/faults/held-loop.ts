import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** CPU of this thread and of the process, in milliseconds. */
export interface Cost {
  /** The most that was used between two turns of the event loop. */
  held: number;
  all: number;
}

const maxTries = 3;

/**
 * What a piece of work costs at least, in a few tries until it costs no more than it may: what the compiler, a collection
 * of garbage or a busy machine add, they do not add each time.
 */
export async function leastCost(work: () => Promise<Cost>, isFine: (cost: Cost) => boolean): Promise<Cost> {
  let least: Cost = { held: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < maxTries && !isFine(least); tries++) {
    const cost = await work();
    const factor = isFine(cost) ? 1 : slowness();
    least = {
      held: Math.min(least.held, cost.held / factor),
      all: Math.min(least.all, cost.all / factor),
    };
  }
  return least;
}

/** What `work` costs. CPU, not time: a machine that is busy with other things changes nothing. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  collectGarbage();
  let before = ownMs();
  let held = 0;
  const note = () => {
    const now = ownMs();
    held = Math.max(held, now - before);
    before = now;
  };
  const timer = setInterval(note, 1);
  const began = process.cpuUsage();
  try {
    await work();
    note();
  } finally {
    clearInterval(timer);
  }
  const { user, system } = process.cpuUsage(began);
  return { held, all: (user + system) / 1000 };
}

/** So that nothing is charged with the garbage of what was measured before it. */
const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds that the same work takes where the limits below were set. */
const typicalMs = 18;

/**
 * How many times slower this machine is now than the one on which the limits were set; at least 1. To be asked next to what
 * is measured: another guest of the same processor, or its heat, slows it down for a while.
 */
function slowness(): number {
  const list = JSON.stringify(Array.from({ length: 60_000 }, (_, at) => ({ at, name: `name ${at}` })));
  const times = Array.from({ length: 5 }, () => {
    const before = ownMs();
    JSON.stringify(JSON.parse(list));
    return ownMs() - before;
  }).sort((a, b) => a - b);
  return Math.max(1, (times[2] ?? 0) / typicalMs);
}
