import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { collections } from "../../schema/collections.ts";
import { workPools } from "../../schema/work-pools.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const Entry = z.object({
  type: z.string(),
  logo_url: z.string(),
  default_base_job_configuration: z.object({
    job_configuration: z.record(z.string(), z.unknown()),
    variables: z.object({
      properties: z.record(z.string(), z.object({ title: z.string(), description: z.string() })),
    }),
  }),
});
const Catalogue = z.record(z.string(), z.record(z.string(), Entry));
const view = (name: string) => world.call(collections.view, { view: name });
const entries = async () =>
  Object.values(Catalogue.parse(await view("aggregate-worker-metadata"))).flatMap((of) => Object.values(of));

describe("types of work pools", () => {
  test("are all that Prefect's clients have workers for", async () => {
    expect((await entries()).map(({ type }) => type).toSorted()).toEqual([
      ...["azure-container-instance", "cloud-run", "cloud-run-v2", "docker", "ecs", "kubernetes", "process"],
      "vertex-ai",
    ]);
  });

  test("have logos of the origin that the client asked, which the dashboard's files have", async () => {
    for (const { logo_url } of await entries()) {
      const { origin, pathname } = new URL(logo_url);
      expect(origin).toBe("http://praetor.test");
      expect(readFileSync(`public${pathname}`, "utf8")).toMatch(/^<svg /);
    }
  });

  test("fill in variables that are there, and no variable is left over", async () => {
    for (const { type, default_base_job_configuration: template } of await entries()) {
      const used = JSON.stringify(template.job_configuration).matchAll(/\{\{ (\w+) \}\}/g);
      const names = [...new Set([...used].map(([, name]) => name))];
      expect(names.toSorted(), type).toEqual(Object.keys(template.variables.properties).toSorted());
    }
  });

  test("have templates that pools are made with", async () => {
    for (const { type } of await entries()) {
      const [raw] = Object.values(await view("aggregate-worker-metadata"))
        .map((of) => z.record(z.string(), z.record(z.string(), z.unknown())).parse(of)[type])
        .filter((entry) => entry !== undefined);
      const base_job_template = z.record(z.string(), z.unknown()).parse(raw?.default_base_job_configuration);
      const made = await world.call(workPools.create, { name: type, type, base_job_template });
      expect(made).toMatchObject({ type, base_job_template });
    }
  });
});

test("other catalogues are empty, or not there", async () => {
  expect(await view("aggregate-flow-metadata")).toEqual({});
  await expect(view("nothing")).rejects.toMatchObject({ code: "not-found" });
  await expect(view("constructor")).rejects.toMatchObject({ code: "not-found" });
});
