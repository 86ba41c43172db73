import { setTimeout as sleep } from "node:timers/promises";
import { flow, runContext, task } from "../../src/index.ts";

const dig = task({ name: "dig" }, async (metre: number) => {
  await sleep(600_000, undefined, { signal: runContext().signal });
  return metre;
});

/** Run by the workers of the pool `local`; one run at a time. */
export const mine = flow({ name: "mine" }, async () => await dig.map([1, 2]).result());

if (import.meta.main) {
  await mine.deploy({ name: "pooled", workPool: "local", limit: { limit: 1, gracePeriod: "1m" } });
}
