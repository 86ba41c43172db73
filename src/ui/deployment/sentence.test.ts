import { expect, test } from "vitest";
import { deploymentSentence } from "./sentence.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const ready = {
  paused: false,
  status: "READY",
  schedules: [],
  work_pool_name: null,
  last_polled: ago(5),
} as const;
const weekdays = "Every weekday at 09:00 (Europe/Berlin)";
test.each([
  ["Runs every weekday at 09:00 (Europe/Berlin), next in 2h", {}, [weekdays], now + 7_200_000],
  [
    "Runs every weekday at 09:00 (Europe/Berlin) and on 2 more schedules, next in 2h",
    {},
    [weekdays, "Every hour", "Every day"],
    now + 7_200_000,
  ],
  ["Runs every weekday at 09:00 (Europe/Berlin), no upcoming fires", {}, [weekdays], undefined],
  ["Runs on demand: no schedule", {}, [], undefined],
  ["Runs on demand: no active schedule", { schedules: ["one that is not active"] }, [], undefined],
  ["Paused: nothing is scheduled", { paused: true, status: "NOT_READY" }, [weekdays], undefined],
  [
    "Not served: no process has polled for its runs for 3h",
    { status: "NOT_READY", last_polled: ago(10_900) },
    [weekdays],
    now + 60_000,
  ],
  [
    "Not served: no process has ever polled for its runs",
    { status: "NOT_READY", last_polled: null },
    [],
    undefined,
  ],
  [
    "No worker: no worker of local has polled for its runs for 2m",
    { status: "NOT_READY", work_pool_name: "local", last_polled: ago(130) },
    [weekdays],
    undefined,
  ],
] as const)("%s", (sentence, facts, words, next) => {
  expect(deploymentSentence({ deployment: { ...ready, ...facts }, words, next, now })).toBe(sentence);
});
