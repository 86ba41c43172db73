import { expect, test } from "vitest";
import { newId } from "./ids.ts";
import { Uuid } from "./scalars.ts";

test("ids are UUIDs of version 7 that carry their millisecond", () => {
  const id = newId(Date.parse("2040-01-02T03:04:05.678Z"));
  expect(Uuid.parse(id)).toBe(id);
  expect(id[14]).toBe("7");
  expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.parse("2040-01-02T03:04:05.678Z"));
});

test("ten thousand ids of one millisecond differ and sort in creation order", () => {
  const ms = Date.parse("2041-01-01T00:00:00Z");
  const ids = Array.from({ length: 10_000 }, () => newId(ms));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});
