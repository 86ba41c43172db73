/** CPU of this thread and of the process, in milliseconds. */
export interface Cost {
  /** The most that was used between two turns of the event loop. */
  held: number;
  all: number;
}

/** What `work` costs. CPU, not time: a machine that is busy with other things changes nothing. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
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

function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds that the same work takes where the limits below were set. */
const typicalMs = 60;

/** How many times slower this machine is than the one on which the limits were set; at least 1. */
export function slowness(): number {
  const list = JSON.stringify(Array.from({ length: 60_000 }, (_, at) => ({ at, name: `name ${at}` })));
  const times = Array.from({ length: 5 }, () => {
    const before = ownMs();
    JSON.stringify(JSON.parse(list));
    return ownMs() - before;
  });
  return Math.max(1, Math.min(...times) / typicalMs);
}
