import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blockDocuments } from "../../src/schema/block-documents.ts";
import { openPages, seen } from "./pages.ts";
import { succeed } from "./python.ts";
import { openWorld, type World } from "./world.ts";

// Blocks of Prefect's clients, stored on our server.

let world: World;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), "praetor-results-"));
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every block class is found by its checksum, and blocks are loaded as they were saved", async () => {
  const output = await succeed(world.python.script("blocks"));
  expect(output).toMatch(/compared \d\d types of collections[\s\S]*done/);
  expect(output).not.toContain("WRONG");
  // By default, the server returns none of their secrets.
  const documents = await world.praetor.client.call(blockDocuments.filter, {});
  expect(documents.map(({ name }) => name)).toContain("service");
  for (const secret of ["hidden", "inline", "deep", "Bearer x", "hooks.slack.com"]) {
    expect(JSON.stringify(documents.map(({ data }) => data))).not.toContain(secret);
  }
});

test("`prefect block` lists, shows and registers blocks", async () => {
  const prefect = (...args: string[]) => succeed(world.python.prefect(args, { COLUMNS: "200" }));
  expect(await prefect("block", "ls")).toContain("database/database");
  expect(await prefect("block", "type", "ls")).toContain("slack-webhook");
  expect(await prefect("block", "inspect", "webhook/hook")).toMatch(/url[^\n]*\*{8}/);
  expect(await prefect("block", "register", "--file", "e2e/prefect/blocks.py")).toMatch(
    /registered \d+ blocks[\s\S]*Service/,
  );
  await prefect("block", "delete", "secret/number");
  expect(await prefect("block", "ls")).not.toContain("secret/number");
});

test("a block that Prefect's SDK saved is edited in the dashboard, and keeps its secret", async () => {
  const pages = await openPages();
  try {
    const page = await pages.open(`${world.praetor.url}/blocks?q=type:login`);
    await page.getByRole("link", { name: "login", exact: true }).click();
    await page.getByRole("link", { name: "Edit block" }).click();
    await page.getByRole("textbox", { name: /^user/ }).fill("you");
    await page.getByRole("button", { name: "Save block" }).click();
    await seen(page.getByRole("region", { name: "Values" }).getByText("you"));
    pages.expectNoErrors();
  } finally {
    await pages.close();
  }
  expect(await succeed(world.python.script("blocks", ["edited"]))).toContain("you new 12345678901234567890");
});

test("results are stored where a flow says, else where the server says", async () => {
  await succeed(world.python.script("stored", [folder]));
  for (const [place, result] of [
    ["named", "42"],
    ["default", "8"],
  ] as const) {
    const files = readdirSync(join(folder, place));
    const kept = files.map((file) => JSON.parse(readFileSync(join(folder, place, file), "utf8")));
    // Of the task, and of the flow that returned it.
    expect(kept.map((content) => String(content.result ?? content))).toEqual([result, result]);
  }
});
