import { setTimeout as sleep } from "node:timers/promises";
import { flow, runContext, task } from "../../src/index.ts";

const dig = task({ name: "dig" }, async (metre: number) => {
  await sleep(60_000, undefined, { signal: runContext().signal });
  return metre;
});

const main = flow({ name: "endless" }, async () => {
  const metres = [1, 2, 3, 4].map((metre) => dig.submit(metre));
  return await Promise.all(metres.map((metre) => metre.result()));
});

const runs = Array.from({ length: Number(process.argv[2] ?? 1) }, () => main());
const ends = await Promise.allSettled(runs);
if (ends.some(({ status }) => status === "rejected")) process.exitCode = 1;
