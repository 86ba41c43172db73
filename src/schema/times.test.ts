import { expect, test } from "vitest";
import { toMs } from "./times.ts";

test.each([
  ["2026-11-25T09:31:24.912472Z", 1795599084912.472],
  ["2026-11-25T09:31:24Z", 1795599084000],
  ["2026-11-25T09:31:24.500Z", 1795599084500],
  ["2026-11-25T09:31:24+00:00", 1795599084000],
])("%s is a time, whoever has written it", (text, wanted) => {
  expect(toMs(text)).toBeCloseTo(wanted, 3);
});
