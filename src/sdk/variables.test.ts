import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { flow, variable } from "../index.ts";
import { variables } from "../schema/variables.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
  await recorded.world.call(variables.create, { name: "region", value: { name: "eu", zones: 3 } });
});
afterAll(() => recorded.close());

test("a variable is read by name, inside and outside a flow", async () => {
  expect(await variable.get("region")).toEqual({ name: "eu", zones: 3 });
  expect(await flow({ name: "reading" }, () => variable.get("region"))()).toEqual({ name: "eu", zones: 3 });
});

test("a schema determines its type and is checked", async () => {
  const region = await variable.get("region", { schema: z.object({ zones: z.number() }) });
  expectTypeOf(region).toEqualTypeOf<{ zones: number }>();
  expect(region).toEqual({ zones: 3 });
  await expect(variable.get("region", { schema: z.string() })).rejects.toThrow(
    /^The variable region does not match the schema/,
  );
});

test("without a variable the default is used, and without a default it fails", async () => {
  expect(await variable.get("nothing", { default: 5 })).toBe(5);
  await expect(variable.get("nothing")).rejects.toThrow("No variable nothing on the server.");
});
