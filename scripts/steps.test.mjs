import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { saidAtItsEnd, say } from "./progress.mjs";
import { order, steps, supplies } from "./steps.mjs";

afterEach(() => vi.restoreAllMocks());

test("every step of npm test is in its order once", () => {
  expect(order.flat(2).toSorted()).toEqual(Object.keys(steps).toSorted());
});

test("every prerequisite of a step is known", () => {
  const needed = Object.values(steps).flatMap(({ needs = [] }) => needs);
  expect(needed.filter((name) => !(name in supplies))).toEqual([]);
});

test("concurrent steps print their output at their end, each separately", async () => {
  const written = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(text) > 0);
  const work = (name, ms) => async () => {
    say(`${name} begins`);
    await sleep(ms);
    say(`${name} ends`);
  };
  const failing = async () => {
    say("third begins");
    throw new Error("no");
  };
  const works = [work("first", 30), work("second", 5), failing].map(saidAtItsEnd);
  const [, , failed] = await Promise.allSettled(works);
  expect(failed).toMatchObject({ status: "rejected" });
  const lines = ["third begins", "second begins", "second ends", "first begins", "first ends"];
  expect(written).toEqual(lines.map((line) => `${line}\n`));
});
