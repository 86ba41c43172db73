import { expect, test } from "vitest";
import { poolSentence } from "./sentence.ts";

const ready = { is_paused: false, status: "READY", concurrency_limit: null, active_slots: null } as const;
const online = [{ status: "ONLINE" }, { status: "OFFLINE" }] as const;

test.each([
  ["ready without a limit", { pool: ready, workers: online, late: 0 }, "Ready: 1 worker online, no limit"],
  [
    "ready with a limit and late runs",
    { pool: { ...ready, concurrency_limit: 10, active_slots: 3 }, workers: online, late: 2 },
    "Ready: 1 worker online, 3 of 10 slots in use, 2 runs late",
  ],
  [
    "full",
    { pool: { ...ready, concurrency_limit: 1, active_slots: 1 }, workers: online, late: 1 },
    "Full: 1 of 1 slot in use, 1 run late",
  ],
  [
    "without a worker",
    { pool: { ...ready, status: "NOT_READY" as const }, workers: [], late: 1200 },
    "No worker online: runs wait until a worker is started, 1,200 runs late",
  ],
  [
    "paused, whatever its workers do",
    { pool: { ...ready, is_paused: true, status: "PAUSED" as const }, workers: online, late: undefined },
    "Paused: workers get no runs",
  ],
  [
    "ready before its workers are known",
    { pool: ready, workers: undefined, late: undefined },
    "Ready: no limit",
  ],
])("the sentence of a pool that is %s", (_, facts, said) => {
  expect(poolSentence(facts)).toBe(said);
});
