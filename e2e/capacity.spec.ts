import type { Locator, Page } from "@playwright/test";
import { concurrencyLimits } from "../src/schema/concurrency-limits.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { workPools } from "../src/schema/work-pools.ts";
import { workers } from "../src/schema/workers.ts";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";
import { sentence } from "./run-page.ts";

test("a full limit shows holders and waiters; raising it admits the waiters", async ({ page, lone }) => {
  const held = await lone.serve("served", "hold/held", "2");
  for (let count = 0; count < 5; count++) await lone.ask(held.id);
  await page.goto(`${lone.url}/capacity`);
  const limit = page.getByRole("article", { name: "Limit hold/held" });
  const holders = limit.getByRole("list", { name: "Slots of hold/held" }).getByRole("button", {
    name: /^Release the slot of /,
  });
  const waiters = limit.getByRole("list", { name: "Waiting for hold/held" }).getByRole("listitem");
  await expect(limit).toContainText("2 of 2 in use");
  await expect(holders).toHaveCount(2);
  await expect(waiters).toHaveCount(3);

  // The page of a waiting run says what it waits for, and offers remedies.
  await waiters.first().getByRole("link").click();
  await expect(sentence(page, "the limit of its deployment is full")).toBeVisible();
  await expect(page.getByText("2 of 2 in use").first()).toBeVisible();
  await page.goBack();

  await limit.getByRole("button", { name: "Edit hold/held" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Slots").fill("5");
  await dialog.getByRole("button", { name: /Save/ }).click();
  await expect(limit).toContainText("5 of 5 in use");
  await expect(holders).toHaveCount(5);
  await expect(waiters).toHaveCount(0);
});

/** A limit with two holders, one of which has the last slot. */
async function held(lone: Praetor): Promise<void> {
  const { id: flow_id } = await lone.client.call(flows.create, { name: "load" });
  await lone.client.call(concurrencyLimits.create, { name: "database", limit: 2 });
  for (const name of ["brave-otter", "shy-otter"]) {
    const { id } = await lone.client.call(flowRuns.create, { flow_id, name, state: { type: "RUNNING" } });
    const holder = { type: "flow_run", id } as const;
    await lone.client.call(concurrencyLimits.incrementWithLease, { names: ["database"], slots: 1, holder });
  }
  await lone.client.call(workPools.create, { name: "etl", type: "process" });
  await lone.client.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
}

test("limits, pools and their dialogs are accessible", async ({ page, lone }) => {
  await held(lone);
  await page.goto(`${lone.url}/capacity`);
  await expect(page.getByRole("article", { name: "Limit database" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Release the slot of shy-otter" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await violations(page, "[role=dialog]")).toEqual([]);
  await page.goto(`${lone.url}/capacity?tab=pools`);
  await expect(page.getByRole("article", { name: "Work pool etl" })).toContainText("mac-1");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Edit etl" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await violations(page, "[role=dialog]")).toEqual([]);
});

test("by keyboard, a limit is found, a slot released and a pool on another tab paused", async ({
  page,
  lone,
}) => {
  await held(lone);
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  const limit = page.getByRole("article", { name: "Limit database" });
  await expect(limit).toContainText("2 of 2 in use");
  await page.keyboard.press("/");
  await page.keyboard.type("data");
  await expect(page).toHaveURL(/find=data/);
  await tabTo(page, limit.getByRole("button", { name: "Release the slot of brave-otter" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Release the slot of brave-otter" });
  await expect(dialog).toContainText("Running");
  await tabTo(page, dialog.getByRole("button", { name: "Release the slot" }));
  await page.keyboard.press("Enter");
  await expect(limit).toContainText("1 of 2 in use");

  await page.getByRole("tab", { name: "Limits" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const pool = page.getByRole("article", { name: "Work pool etl" });
  await tabTo(page, pool.getByRole("button", { name: "Pause etl" }));
  await page.keyboard.press("Enter");
  await expect(pool.getByRole("button", { name: "Resume etl" })).toBeVisible();
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  while (!(await target.evaluate((element) => element === document.activeElement)))
    await page.keyboard.press("Tab");
}
