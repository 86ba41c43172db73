import { expect, test } from "vitest";
import { OutageReporter } from "./outage-reporter.ts";

test("an outage is reported once a minute, and when it is over", () => {
  const output: string[] = [];
  const absence = new OutageReporter("the server at http://x/api", 3_600_000, (text) => output.push(text));
  for (let now = 0; now <= 150_000; now += 500) absence.unavailable("ECONNREFUSED", now);
  absence.restored(151_000);
  absence.restored(152_000);
  expect(output).toEqual([
    "Waiting for the server at http://x/api (ECONNREFUSED); giving up after 60 min",
    "Still waiting for the server at http://x/api (ECONNREFUSED): unreachable for 61 s, giving up after 60 min",
    "Still waiting for the server at http://x/api (ECONNREFUSED): unreachable for 2 min, giving up after 60 min",
    "Reconnected to the server at http://x/api after 3 min",
  ]);
});

test("a short loss of the connection is not reported", () => {
  const output: string[] = [];
  const absence = new OutageReporter("the server", 1000, (text) => output.push(text));
  absence.unavailable("ECONNRESET", 0);
  absence.restored(300);
  absence.unavailable("ECONNRESET", 5000);
  absence.restored(5300);
  expect(output).toEqual([]);
});

test("all waiting callers share one patience, and later callers get a short attempt", () => {
  const absence = new OutageReporter("the server", 60_000, () => {});
  expect(absence.left(0)).toBe(60_000);
  absence.unavailable("ECONNREFUSED", 0);
  expect(absence.left(20_000)).toBe(40_000);
  expect(absence.left(70_000)).toBe(5000);
  absence.restored(80_000);
  expect(absence.left(80_000)).toBe(60_000);
});
