import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const options = [
  "retries",
  "retryDelay",
  "retryJitter",
  "timeout",
  "tags",
  "failOn",
  "runName",
  "logConsole",
];
const states = ["Running", "Failed", "Crashed", "Completed", "AwaitingRetry", "Late"];

test.each([
  ["retires", options, "retries"],
  ["retry_delay", options, "retryDelay"],
  ["retry_delay_seconds", options, "retryDelay"],
  ["timeout_seconds", options, "timeout"],
  ["flow_run_name", options, "runName"],
  ["timeOut", options, "timeout"],
  ["tag", options, "tags"],
  ["tgas", options, "tags"],
  ["fail-on", options, "failOn"],
  ["cacheKey", options, undefined],
  ["x", options, undefined],
  ["", options, undefined],
  ["faild", states, "Failed"],
  ["late", states, "Late"],
  ["complete", states, "Completed"],
  ["awaiting retry", states, "AwaitingRetry"],
  ["nope", states, undefined],
  ["a".repeat(100_000), ["a".repeat(50)], "a".repeat(50)],
])("%s among %j may mean %s", (given, names, meant) => {
  expect(nearest(given, names)).toBe(meant);
});
