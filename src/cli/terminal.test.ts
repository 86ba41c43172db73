import { expect, test } from "vitest";
import { durationText, oneLine, relativeText, stateText } from "./terminal.ts";

test.each([
  [0.42, "420 ms"],
  [8.24, "8.2 s"],
  [59.96, "1m"],
  [84, "1m 24s"],
  [3600, "1h"],
  [7500, "2h 5m"],
  [273_600, "3d 4h"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test.each([
  [-500, "just now"],
  [-12_000, "12 s ago"],
  [-200_000, "3 min ago"],
  [-7_300_000, "2 h ago"],
  [90_000, "in 1 min"],
  [-86_400_000 * 3, "2026-11-19 12:00"],
])("%d ms from now are shown as %s", (ms, text) => {
  const now = Date.UTC(2026, 10, 22, 12);
  expect(relativeText(now + ms, now)).toBe(text);
});

test("a name cannot contain terminal control sequences", () => {
  expect(oneLine("a\u001b[2Jb\r\nc\u0007d")).toBe("ab c d");
});

test("a state is shown by its glyph and its name", () => {
  expect(stateText({ state_type: "SCHEDULED", state_name: "Late" })).toContain("◷ Late");
  expect(stateText({ state_type: null, state_name: null })).toContain("no state");
});
