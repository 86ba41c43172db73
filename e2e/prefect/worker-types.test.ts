import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { workPools } from "../../src/schema/work-pools.ts";
import { workerCatalogue } from "../../src/server/worker-types/catalogue.ts";
import { succeed } from "./python.ts";
import { openWorld } from "./world.ts";

const file = "prefect/server/api/collections_data/views/aggregate-worker-metadata.json";

/** The catalogue of the installed Prefect. */
function theirs(): unknown {
  const lib = join(dirname(process.env.PREFECT_BIN ?? ""), "lib");
  const [version = ""] = readdirSync(lib).filter((name) => name.startsWith("python3"));
  return JSON.parse(readFileSync(join(lib, version, "site-packages", file), "utf8"));
}

/** Descriptions, whose wording may differ. */
const words = new Set(["title", "description", "display_name"]);
const links = new Set(["logo_url", "documentation_url", "install_command", "example"]);

/** What workers and forms depend on: names, types, defaults, and template variables. */
const bare = (catalogue: unknown): unknown =>
  JSON.parse(JSON.stringify(catalogue), (key, value) => {
    if (links.has(key) || (words.has(key) && typeof value === "string")) return undefined;
    // Part of an Azure template: its descriptions are already removed.
    if (key === "metadata" && Object.keys(value).length === 0) return undefined;
    return key === "required" || key === "secret_fields" ? value.toSorted() : value;
  });

test("work pool types have the names, types and defaults of Prefect's workers", () => {
  expect(bare(workerCatalogue(""))).toEqual(bare(theirs()));
});

test("a work pool is created by type in a terminal, with the base job template of that type", async () => {
  const world = await openWorld();
  try {
    await succeed(world.python.prefect(["work-pool", "create", "boxes", "--type", "docker"]));
    const pool = await world.praetor.client.call(workPools.read, { name: "boxes" });
    expect(pool).toMatchObject({ type: "docker" });
    expect(pool.base_job_template).toHaveProperty("variables.properties.image_pull_policy.enum");
  } finally {
    await world.close();
  }
});
