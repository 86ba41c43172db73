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
  // The last day, with what is the case now.
  await expect(limit.getByRole("img", { name: /last 24 hours: peak 2 in use, up to 3 waiting/ })).toBeVisible(
    {
      timeout: 30_000,
    },
  );

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

test("a full limit says when its next slot is expected, and from what", async ({ page, lone }) => {
  await lone.client.call(concurrencyLimits.create, { name: "rate", limit: 1, slot_decay_per_second: 0.001 });
  await lone.client.call(concurrencyLimits.increment, { names: ["rate"], slots: 1 });
  await page.goto(`${lone.url}/capacity`);
  const next = page.getByRole("article", { name: "Limit rate" }).getByText(/^next slot in ~1[5-7]m$/);
  await next.hover();
  await expect(page.getByText("From the decay of the limit")).toBeVisible();
});

test("limits, their dialogs and queues are accessible", async ({ page, lone }) => {
  await held(lone);
  await page.goto(`${lone.url}/capacity`);
  await expect(page.getByRole("article", { name: "Limit database" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Release the slot of shy-otter" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await violations(page, "[role=dialog]")).toEqual([]);
  await page.goto(`${lone.url}/capacity?tab=pools`);
  await expect(page.getByRole("region", { name: "Work pool etl" })).toContainText("default");
  expect(await violations(page)).toEqual([]);
});

test("by keyboard, a limit is found, a slot released and the pool of a queue paused", async ({
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
  const pool = page.getByRole("region", { name: "Work pool etl" });
  await tabTo(page, pool.getByRole("link", { name: "etl" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/work-pools\/etl$/);
  await tabTo(page, page.getByRole("button", { name: "Pause etl" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Resume etl" })).toBeVisible();
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  while (!(await target.evaluate((element) => element === document.activeElement)))
    await page.keyboard.press("Tab");
}
