import type { Page } from "@playwright/test";
import { automations } from "../src/schema/automations.ts";
import { events } from "../src/schema/events.ts";
import { newId } from "../src/schema/ids.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

const rows = (page: Page) =>
  page
    .getByRole("grid", { name: "Events" })
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });

const emit = ({ client }: Praetor, event: string, payload: Record<string, unknown> = {}) =>
  client.call(events.create, {
    events: [
      {
        id: newId(),
        occurred: new Date().toISOString(),
        event,
        payload,
        resource: { "prefect.resource.id": "shop.orders" },
      },
    ],
  });

/** An automation for failed runs; the first action succeeds, the second cannot. */
const watchFailures = ({ client }: Praetor) =>
  client.call(automations.create, {
    name: "Cancel what failed",
    trigger: {
      type: "event",
      posture: "Reactive",
      expect: ["prefect.flow-run.Failed"],
      threshold: 1,
      within: 0,
    },
    actions: [{ type: "do-nothing" }, { type: "cancel-flow-run" }],
  });

test("an event shows its resources, what it followed and what it set off", async ({ page, lone }) => {
  await watchFailures(lone);
  const broken = await lone.finish("broken");
  const requests = apiRequests(page);
  await page.goto(`${lone.url}/events`);
  await expect(rows(page).first()).toBeVisible();
  await expect(
    page.getByRole("figure", { name: "Events over time" }).locator("svg rect").first(),
  ).toBeVisible();
  expect(requests.filter((request) => !request.includes("/live")).length).toBeLessThanOrEqual(6);
  expect(await violations(page)).toEqual([]);

  // The menu counts events by name; what it writes stands in the query.
  await page.getByRole("button", { name: "Filter by event" }).click();
  await page.getByRole("combobox", { name: "Search event" }).fill("flow-run.Failed");
  await expect(page.getByRole("option", { name: /prefect\.flow-run\.Failed 1/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().press("Enter");
  await expect(page).toHaveURL(/\/events\/[0-9a-f-]{36}\?q=event/);
  await expect(page).toHaveTitle(/^prefect\.flow-run\.Failed · Events/);

  const event = page.getByRole("article", { name: "Event" });
  const setOff = event.getByRole("region", { name: "Set off" });
  await expect(setOff.getByRole("link", { name: "Cancel what failed" })).toHaveAttribute(
    "href",
    /\/automations\//,
  );
  await expect(
    setOff.getByRole("listitem").filter({ hasText: "do-nothing" }).last().getByLabel("Executed"),
  ).toBeVisible();
  await expect(setOff.getByText(/Failed to set state/)).toBeVisible();
  await expect(
    event.getByRole("region", { name: "Resource", exact: true }).getByRole("link"),
  ).toHaveAttribute("href", `/runs/${broken.id}`);
  await expect(
    event.getByRole("region", { name: "Related resources" }).getByRole("link", { name: "broken" }),
  ).toBeVisible();
  await expect(event.getByRole("link", { name: "New automation from this event" })).toHaveAttribute(
    "href",
    "/automations/new?preset=event&name=prefect.flow-run.Failed",
  );
  await event.getByRole("button", { name: "Raw event", exact: true }).click();
  await expect(event.getByText(/"event": "prefect\.flow-run\.Failed"/)).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // From what it set off to what that followed, and back.
  await setOff.getByRole("link", { name: "do-nothing" }).click();
  await expect(event.getByRole("heading", { name: "prefect.automation.action.executed" })).toBeVisible();
  await event.getByRole("region", { name: "Follows" }).getByRole("link").click();
  await expect(event.getByRole("heading", { name: "prefect.automation.action.triggered" })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(event.getByRole("heading", { name: "prefect.flow-run.Failed" })).toBeVisible();

  // The address alone brings the same back; a phone shows the event in place of the list.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(setOff.getByRole("link", { name: "Cancel what failed" })).toBeVisible();
  expect(await page.evaluate(() => document.querySelector("main")?.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole("button", { name: "All events" }).click();
  await expect(rows(page)).toHaveCount(1);
  expect(await page.evaluate(() => document.querySelector("main")?.scrollWidth)).toBeLessThanOrEqual(390);
});

test("new events wait behind a pill while the pointer is among the rows; the chart narrows the time", async ({
  page,
  lone,
}) => {
  await emit(lone, "orders.opened");
  await page.goto(`${lone.url}/events?q=resource:shop.*`);
  await expect(rows(page)).toHaveCount(1);
  // At the top of the list with the pointer elsewhere, they come in by themselves.
  await emit(lone, "orders.loaded", { rows: 12 });
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText("orders.loaded");

  await rows(page).first().hover();
  for (let at = 0; at < 12; at += 1) await emit(lone, "orders.checked", { at });
  await emit(lone, "orders.checked.elsewhere");
  const pill = page.getByRole("button", { name: "13 new" });
  await expect(pill).toBeVisible();
  await expect(rows(page).first()).toContainText("orders.loaded");
  await pill.click();
  await expect(rows(page)).toHaveCount(15);
  await expect(rows(page).first()).toContainText("orders.checked.elsewhere");
  await expect(page.getByText("15 matches")).toBeVisible();

  // By keyboard: the newest bar of the chart becomes the time of the query; back undoes it.
  const chart = page.getByRole("group", { name: /Enter opens their events/ });
  await chart.press("ArrowLeft");
  await expect(chart.getByRole("status")).toContainText(/Events\s*\d+|No events/);
  await chart.press("Enter");
  await expect(page).toHaveURL(/since.*until/);
  await page.goBack();
  await expect(rows(page)).toHaveCount(15);

  await page.goto(`${lone.url}/events?q=lorem`);
  await expect(page.getByText("No event matches")).toBeVisible();
  await page.goto(`${lone.url}/events?q=event:orders.*,stock`);
  await expect(page.getByRole("alert")).toContainText("expected whole names, or beginnings that end with *");
});
