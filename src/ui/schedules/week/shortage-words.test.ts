import { expect, test } from "vitest";
import { dayWords, effectWords, needWords } from "./shortage-words.ts";
import { daysLater, mondayOf } from "./week-address.ts";

const shortage = { limit: 0, days: [1], at: 0, clock: "02:00", needs: 14, late: 720, cancelled: 4 };
const limit = { kind: "pool", name: "etl", slots: 10, cancels: false } as const;

test("a shortage is a sentence with its days, time, slots and what comes of it", () => {
  expect(needWords(shortage)).toBe("Tue 02:00 needs 14 slots");
  expect(effectWords(shortage, limit)).toBe("has 10 → ~12m late");
  expect(effectWords({ ...shortage, late: 1 }, limit)).toBe("has 10");
  expect(effectWords(shortage, { ...limit, cancels: true })).toBe("has 10 → 4 runs are cancelled");
});

test.each([
  [[1], "Tue"],
  [[1, 3], "Tue, Thu"],
  [[0, 1, 2, 3, 4], "Mon–Fri"],
  [[0, 1, 2, 3, 4, 5, 6], "Every day"],
])("days %j are %s", (days, words) => {
  expect(dayWords(days)).toBe(words);
});

test("a week begins on Monday", () => {
  expect(mondayOf("2026-12-01")).toBe("2026-11-30");
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
  expect(mondayOf("2026-11-30")).toBe("2026-11-30");
  expect(daysLater("2026-11-30", -7)).toBe("2026-11-23");
});
