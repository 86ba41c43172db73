import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Locator } from "@playwright/test";
import { events } from "../src/schema/events.ts";
import { newId } from "../src/schema/ids.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";

interface Receiver {
  url: string;
  /** What was sent to it. */
  bodies: string[];
  close(): void;
}

/** A server on loopback that webhooks call. */
async function receiver(): Promise<Receiver> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString());
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, close: () => server.close() };
}

const section = (page: { getByRole: Locator["getByRole"] }, name: string) =>
  page.getByRole("region", { name });

test.describe("an automation", () => {
  // Templates that the server refuses are refused with this status.
  test.use({ allowed: /422/ });

  test("made in the browser calls a webhook, and its page tells of it", async ({ page, lone }) => {
    const hook = await receiver();
    await page.goto(`${lone.url}/automations`);
    await expect(page.getByRole("heading", { name: "No automations yet" })).toBeVisible();
    await page.keyboard.press("n");
    await expect(page.getByRole("heading", { name: "New automation" })).toBeVisible();

    await page.getByLabel("Type of action 1").selectOption("Call a webhook");
    const action = page.getByRole("group", { name: "Action 1" });
    await action.getByRole("button", { name: "New" }).click();
    const dialog = page.getByRole("dialog", { name: "New webhook" });
    await dialog.getByLabel("Name of the block").fill("ops-hook");
    await dialog.getByLabel("Webhook URL").fill(hook.url);
    await dialog.getByRole("button", { name: "Create block" }).click();
    await expect(action.getByRole("button", { name: "Webhook: ops-hook" })).toBeVisible();

    // Variables are completed, and a template that cannot be read is refused at its field.
    const payload = action.getByRole("textbox", { name: "Payload" });
    await payload.fill("");
    await payload.pressSequentially("failed: {{ flow_run.na");
    await expect(page.getByRole("listbox", { name: "Variables for payload" })).toContainText("flow_run.name");
    await payload.press("Enter");
    await expect(payload).toHaveValue("failed: {{ flow_run.name }}");
    await payload.fill("{{ flow_run.");
    await expect(action).toContainText("Line 1");
    await payload.fill("failed: {{ flow_run.name }}");

    // Nothing is sent while something is missing; then the form and the JSON follow each other.
    await page.getByRole("button", { name: "Create automation" }).click();
    await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
    await expect(section(page, "Automation")).toContainText("Required");
    await page.getByLabel("Name", { exact: true }).fill("Tell ops");
    await page.getByRole("tab", { name: "JSON" }).click();
    const json = page.getByLabel("Automation as JSON");
    await expect(json).toHaveValue(/"name": "Tell ops"/);
    const written = await json.inputValue();
    await json.fill(`${written} x`);
    await expect(page.getByText(/The form shows the last valid version/)).toBeVisible();
    await json.fill(
      written.replace("Tell ops", "Tell the ops team").replace('"tags": []', '"tags": ["prod"]'),
    );
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Tell the ops team");
    await expect(page.getByRole("button", { name: "Remove prod" })).toBeVisible();
    await page.getByRole("button", { name: "Create automation" }).click();

    // It fires, and its page is told.
    await expect(page.getByRole("heading", { name: "A flow run fails or crashes" })).toBeVisible();
    const log = section(page, "Delivery log");
    await expect(log).toContainText("Not fired yet");
    const run = await lone.finish("broken");
    await expect.poll(() => hook.bodies).toEqual([`failed: ${run.name}`]);
    const firing = log.getByRole("list", { name: "Firings" }).getByRole("listitem").first();
    await expect(firing).toContainText("Fired");
    await expect(firing).toContainText("Call webhook ops-hook");
    await expect(firing.getByLabel("Performed")).toBeVisible();
    await expect(firing.getByRole("link", { name: run.name })).toHaveAttribute("href", `/runs/${run.id}`);
    expect(await violations(page)).toEqual([]);

    // A test performs the action once more, with the same event.
    await page.getByRole("button", { name: "Test", exact: true }).click();
    const testing = page.getByRole("dialog");
    await expect(testing).toContainText(`prefect.flow-run.Failed of ${run.name}`);
    await testing.getByRole("button", { name: "Perform 1 action" }).click();
    await expect.poll(() => hook.bodies.length).toBe(2);
    await expect(log.getByRole("list", { name: "Firings" })).toContainText("Tested");
    hook.close();

    // Edited, with a preview over what has happened; then paused on the list, where it is found by a query, and deleted.
    await page.keyboard.press("e");
    await expect(page.getByRole("heading", { name: "Edit Tell the ops team" })).toBeVisible();
    await expect(page.getByText("Would have fired once")).toBeVisible();
    await expect(section(page, "Texts for the latest event")).toContainText(`failed: ${run.name}`);
    await page.getByLabel("Description").fill("Calls **ops**.");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save automation" }).click();
    await expect(page.getByText("ops", { exact: true }).locator("visible=true").first()).toBeVisible();

    const requests = apiRequests(page);
    await page.goto(`${lone.url}/automations?q=${encodeURIComponent("tag:prod webhook")}`);
    const row = page.getByRole("row").filter({ hasText: "Tell the ops team" });
    await expect(row).toContainText("Call webhook ops-hook");
    await expect(row.getByRole("gridcell").nth(6)).toHaveText("1");
    expect(requests.length).toBeLessThanOrEqual(6);
    await row.getByRole("switch").click();
    await expect(row.getByRole("switch")).toHaveAttribute("aria-checked", "false");
    await row.getByRole("checkbox").check();
    await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete 1 automation" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await expect(row).toHaveCount(0);
  });
});

test("a notification is made from scratch in three steps, and is sent", async ({ page, lone }) => {
  const slack = await receiver();
  await page.goto(`${lone.url}/automations`);
  await page.getByRole("button", { name: "New notification" }).click();
  await page.getByLabel("What happens", { exact: true }).selectOption("An event occurs");
  await page.getByLabel("Name of the event").fill("shop.sale");
  await page.getByLabel("Name of the event").press("Enter");
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("button", { name: "Slack" }).click();
  await page.getByLabel("Name of the block").fill("sales");
  await page.getByLabel("Webhook URL").fill(slack.url);
  await page.getByRole("button", { name: "Create block" }).click();

  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Event shop.sale occurs: notify sales");
  await page.getByLabel("Subject").fill("Sold {{ event.payload.item }}");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Create notification" }).click();
  await expect(page.getByRole("heading", { name: "Event shop.sale occurs" })).toBeVisible();

  const sale = {
    ...{ id: newId(), occurred: new Date().toISOString(), event: "shop.sale", payload: { item: "tea" } },
    ...{ resource: { "prefect.resource.id": "shop.1" }, related: [], follows: null },
  };
  await lone.client.call(events.create, { events: [sale] });
  await expect.poll(() => slack.bodies.length).toBe(1);
  expect(JSON.parse(slack.bodies[0] ?? "")).toMatchObject({ text: expect.stringContaining("*Sold tea*") });
  await expect(page.getByRole("list", { name: "Firings" })).toContainText("Notify sales");
  slack.close();
});
