import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";

/** A receiver of webhooks on this machine. */
async function startReceiver(): Promise<{ url: string; bodies: string[]; server: Server }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      bodies.push(body);
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, bodies, server };
}

test("an error is found, read, resolved, reopened by a failure that is notified, and ignored", async ({
  page,
  lone,
}) => {
  const first = await lone.finish("broken");
  await lone.finish("stubborn");
  await page.goto(`${lone.url}/errors`);
  const rows = page.getByRole("grid", { name: "Errors" }).getByRole("row");
  const row = rows.filter({ hasText: 'record "4x3" cannot be loaded' });
  await expect(row).toContainText("broken");
  await expect(row).toContainText("×1");
  await expect(rows.filter({ hasText: "nobody opens" })).toBeVisible();
  await expect(page).toHaveTitle("Errors · Praetor");
  expect(await violations(page)).toEqual([]);

  // The query finds it by its words; the page is found again by its address.
  await page.getByRole("combobox", { name: "Filter errors" }).fill('"cannot be loaded" flow:"broken"');
  await page.keyboard.press("Enter");
  await expect(rows.filter({ hasText: "nobody opens" })).toHaveCount(0);
  await page.reload();
  await expect(rows.filter({ hasText: "nobody opens" })).toHaveCount(0);

  await row.getByRole("link", { name: /cannot be loaded/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText('record "4x3" cannot be loaded');
  const requests = apiRequests(page);
  await page.reload();
  const cause = page.getByRole("region", { name: "Cause" }).first();
  await expect(cause).toContainText('expected a number, got "4x3"');
  await expect(cause).toContainText("broken.ts:7");
  const runs = page.getByRole("grid", { name: "Failed runs" });
  await expect(runs.getByRole("link", { name: "load-record-2" })).toBeVisible();
  await expect(runs.getByRole("link", { name: first.name })).toBeVisible();
  await expect(page.getByRole("region", { name: "In common" })).toContainText("load-record");
  expect(requests.length).toBeLessThanOrEqual(6);
  expect(await violations(page)).toEqual([]);

  // A rule in one step, with a webhook of its own.
  const receiver = await startReceiver();
  await page.getByRole("button", { name: "Notify…" }).click();
  const dialog = page.getByRole("dialog", { name: "Notify when this happens" });
  await dialog.getByLabel("Webhook URL").fill(receiver.url);
  await dialog.getByLabel("Block name").fill("team-hook");
  await dialog.getByRole("button", { name: "Create automation" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("link", { name: /^Notify: / })).toBeVisible();

  // Resolved, it leaves the list; another failure reopens it before the eyes of the reader, and is sent.
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await expect(page.getByText("Resolved", { exact: true })).toBeVisible();
  await lone.finish("broken");
  await expect(page.getByText("Reopened", { exact: true })).toBeVisible();
  await expect(page.getByText("×2").first()).toBeVisible();
  await expect.poll(() => receiver.bodies.length).toBeGreaterThan(0);
  const id = page.url().split("/").at(-1);
  expect(JSON.parse(receiver.bodies[0] ?? "")).toMatchObject({
    error: "Error",
    message: 'record "4x3" cannot be loaded',
    url: expect.stringMatching(new RegExp(`/errors/${id}$`)),
  });
  receiver.server.close();

  // Ignored for a day from its page, and reopened in bulk from the list.
  await page.getByRole("button", { name: "Ignore…" }).click();
  await page.getByRole("menuitem", { name: "For 1 day" }).click();
  await expect(page.getByText(/^Ignored until /)).toBeVisible();
  await page.goto(`${lone.url}/errors`);
  await expect(rows.filter({ hasText: "nobody opens" })).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(page.getByText(/1 resolved or ignored hidden/)).toBeVisible();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(row).toContainText(/Ignored until/);
  await page.getByRole("checkbox", { name: "Select all loaded errors" }).check();
  const toolbar = page.getByRole("toolbar", { name: "Actions on the selected errors" });
  await toolbar.getByRole("button", { name: "Reopen" }).click();
  await expect(row).not.toContainText(/Ignored/);
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill("4x3");
  await expect(page.getByRole("option", { name: /^Error: .* cannot be loaded/ })).toBeVisible();
});

test("a line is searched over all runs, read with its surroundings, opened in its run, and new ones come in", async ({
  page,
  lone,
}) => {
  const pipeline = await lone.finish("pipeline");
  const broken = await lone.finish("broken");
  await page.goto(`${lone.url}/logs`);
  const lines = page.getByRole("grid", { name: "Logs" }).getByRole("row");
  await expect(lines.filter({ hasText: "published" })).toContainText("pipeline");
  await expect(lines.filter({ hasText: broken.name }).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // Level, flow and words compose, and stand in the address.
  await page.getByRole("button", { name: /^Filter by level/ }).click();
  await page.getByRole("radio", { name: "errors only" }).check();
  await page.keyboard.press("Escape");
  await expect(lines.filter({ hasText: "published" })).toHaveCount(0);
  await expect(lines.filter({ hasText: broken.name }).first()).toBeVisible();
  await expect(page.getByText(/^Searched all [\d,]+ lines$/)).toBeVisible();
  await page.goto(`${lone.url}/logs?${new URLSearchParams({ q: 'flow:"pipeline" publish' })}`);
  const line = lines.filter({ hasText: "published" });
  await expect(line.locator("mark").first()).toHaveText("publish");
  await expect(lines.filter({ hasText: broken.name })).toHaveCount(0);

  // A press opens the lines around it; the address brings both back.
  await line.getByRole("gridcell").last().click();
  const context = page.getByRole("region", { name: "Context" });
  await expect(context.locator("[aria-current=true]")).toContainText("published");
  const requests = apiRequests(page);
  await page.reload();
  await expect(context.locator("[aria-current=true]")).toContainText("published");
  expect(requests.length).toBeLessThanOrEqual(6);
  await context.getByRole("link", { name: "Open in run" }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${pipeline.id}\\?line=`));
  await expect(page.getByRole("log")).toContainText("published");
  await page.goBack();

  // New lines come in at the top by themselves; a paused tail leaves the list alone.
  await page.goto(`${lone.url}/logs`);
  await expect(lines.filter({ hasText: "published" })).toHaveCount(1);
  await lone.finish("pipeline");
  await expect(lines.filter({ hasText: "published" })).toHaveCount(2);
  await page.getByRole("button", { name: "Pause tail" }).click();
  await expect(page).toHaveURL(/tail=paused/);
});

test("the log of a run is narrowed by attempt, task and logger, and each filter says how many lines it hides", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const log = page.getByRole("log");
  await expect(log).toContainText("published");
  await page.getByRole("button", { name: "Filter by task, logger" }).click();
  await page.getByLabel("Task", { exact: true }).selectOption({ label: "publish-0 (1)" });
  await expect(log).not.toContainText("measured");
  await expect(log).toContainText("published");
  await expect(page.getByText(/^Task hides 1[0-9]$/)).toBeVisible();
  await page.getByLabel("Logger", { exact: true }).selectOption({ label: "praetor.flow_runs (2)" });
  await expect(page.getByText(/^None of the \d+ lines match/)).toBeVisible();
  await expect(page.getByText("Logger hides 1", { exact: true })).toBeVisible();
  await expect(page.getByText("Task hides 2", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Remove the filter: Task" }).click();
  await expect(log).toContainText("Beginning flow run");
  await expect(page).toHaveURL(/logger=praetor\.flow_runs/);
  await page.reload();
  await expect(log).toContainText("Beginning flow run");
  await expect(log).not.toContainText("published");

  // The attempts of a task that was retried, each with its own lines.
  const stubborn = await praetor.sample("stubborn");
  await page.goto(`${praetor.url}/runs/${stubborn.id}`);
  await page
    .getByRole("region", { name: "Why it failed" })
    .getByRole("button", { name: /knock-0/ })
    .click();
  await page.getByRole("button", { name: "Filter by logger, attempt" }).click();
  await page.getByLabel("Attempt", { exact: true }).selectOption("3");
  await expect(page.getByText(/^Attempt 3 hides [1-9]/)).toBeVisible();
});
