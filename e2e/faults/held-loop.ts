import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** CPU of this thread and of the process, in milliseconds. */
export interface Cost {
  /** Most CPU used between two turns of the event loop. */
  held: number;
  all: number;
}

const maxTries = 3;

/**
 * Lowest cost of a piece of work in a few attempts, which stop once it is within its limit: compilation, garbage
 * collection or a busy machine do not add to every attempt.
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

/** Cost of `work` in CPU, not time: other load on the machine does not change it. */
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

/** So that garbage of earlier work is not included. */
const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds for the same work on the machine where the limits below were set. */
const typicalMs = 18;

/**
 * How much slower this machine is now than the one on which the limits were set; at least 1. Measured close to
 * the work: other guests of the same processor, or its heat, slow it down temporarily.
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
