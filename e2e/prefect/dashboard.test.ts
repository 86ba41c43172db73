import type { Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiRequests } from "../fixtures.ts";
import { sentence } from "../run-page.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { type Dashboard, startDashboard, startPrefectServer } from "./prefect-server.ts";
import { openPython, type Python } from "./python.ts";
import { soon } from "./world.ts";

// `praetor dashboard` on a Prefect server with a password, CSRF tokens and published logs. Flows in Python.

const credentials = "me:secret";
let python: Python;
let programs: Python;
let pages: Pages;
let dashboard: Dashboard;

beforeAll(async () => {
  python = openPython(undefined);
  const settings = {
    PREFECT_SERVER_API_AUTH_STRING: credentials,
    PREFECT_SERVER_CSRF_PROTECTION_ENABLED: "true",
    PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED: "true",
    PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: "true",
    PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: "false",
  };
  const [opened, server] = await Promise.all([openPages(), startPrefectServer(python, settings)]);
  pages = opened;
  const api = `${server.url}/api`;
  programs = openPython(api);
  programs.script("orders", [], { PREFECT_API_AUTH_STRING: credentials });
  dashboard = await startDashboard(api, { PRAETOR_API_AUTH_STRING: credentials });
});
afterAll(async () => {
  await dashboard?.close();
  await pages?.close();
  await programs?.close();
  await python?.close();
});

const told = (page: Page, state: RegExp) => seen(sentence(page, state));
/** Requests that such a server was too busy for are repeated. */
const busy = /503 \(Service Unavailable\)/;

/** Runs the deployment from its page with these parameters, and opens the run. */
async function run(page: Page, parameters: (dialog: ReturnType<Page["getByRole"]>) => Promise<unknown>) {
  await page.getByRole("button", { name: "Run with…" }).click();
  const dialog = page.getByRole("dialog", { name: "Run nightly" });
  await parameters(dialog);
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Open" }).click();
}

test("a deployment is run, its failure shown, and its run retried", async () => {
  const page = await pages.open(`${dashboard.url}/deployments`);
  await seen(page.getByRole("row").filter({ hasText: "nightly" }));
  await page.getByRole("link", { name: "nightly" }).click();
  await run(page, (dialog) => dialog.getByRole("textbox", { name: "count" }).fill("4"));
  await told(page, /^Failed in bill-.*: .*order 3 has no address/);
  await seen(page.getByRole("region", { name: "Cause" }).getByText("order 3 has no address"));
  await seen(page.getByRole("region", { name: "Tasks of the run" }).getByText(/^load-/));
  await seen(page.getByRole("log").getByText("order 4 loaded"));
  await page.keyboard.press("r");
  await page.getByRole("dialog").getByRole("button", { name: "Retry 1 flow run" }).click();
  await seen(page.getByText("Run 2 times"));
  await told(page, /^Failed in bill-/);
  await page.close();
  pages.expectNoErrors(busy);
});

test("a run is followed line by line, and cancelled; the list updates without a reload", async () => {
  const list = await pages.open(`${dashboard.url}/runs`);
  await seen(list.getByRole("row").filter({ hasText: "Failed" }));
  const page = await pages.open(`${dashboard.url}/deployments`);
  await page.getByRole("link", { name: "nightly" }).click();
  await run(page, (dialog) =>
    dialog.getByRole("group", { name: "endless" }).getByRole("button", { name: "true" }).click(),
  );
  await told(page, /^Running/);
  const requests = apiRequests(page);
  const log = page.getByRole("log");
  await seen(log.getByText("beat 1", { exact: true }));
  await seen(log.getByText("beat 8", { exact: true }));
  // The lines came over the stream: they were not polled.
  await seen(log.getByText("beat 24", { exact: true }));
  expect(requests.filter((request) => request.endsWith("/logs/filter")).length).toBeLessThan(4);
  const row = list.getByRole("row").filter({ hasText: "Running" });
  await seen(row);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 flow run" }).click();
  await told(page, /^Cancelled after/);
  await seen(list.getByRole("row").filter({ hasText: "Cancelled" }));
  await Promise.all([page.close(), list.close()]);
  pages.expectNoErrors(busy);
});

const choose = async (page: Page, name: string) => {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name }).click();
};

test("a run is renamed, tagged, put into another state, run again and deleted", async () => {
  const page = await pages.open(`${dashboard.url}/runs?q=state:failed`);
  await page.getByRole("row").filter({ hasText: "Failed" }).first().getByRole("link").first().click();
  await told(page, /^Failed in bill-/);
  await choose(page, "Rename");
  await page.getByRole("textbox", { name: "Name" }).fill("blue-lynx");
  await page.keyboard.press("Enter");
  await seen(page.getByRole("heading", { level: 1, name: "blue-lynx" }));

  await choose(page, "Edit tags");
  const tags = page.getByRole("dialog", { name: "Tags of blue-lynx" });
  await tags.getByRole("textbox", { name: "Tags" }).fill("audited");
  await page.keyboard.press("Enter");
  await tags.getByRole("button", { name: "Save tags" }).click();
  await seen(page.getByRole("main").getByText("audited"));

  await choose(page, "Set state");
  const state = page.getByRole("dialog", { name: "Set the state of blue-lynx" });
  await state.getByRole("combobox", { name: "State type" }).selectOption("CANCELLED");
  await state.getByRole("checkbox", { name: "Force" }).check();
  await state.getByRole("button", { name: "Set to Cancelled" }).click();
  await told(page, /^Cancelled/);

  await page.keyboard.press("Shift+R");
  const again = page.getByRole("dialog", { name: "Run blue-lynx again" });
  await again.getByRole("textbox", { name: "count" }).fill("2");
  await again.getByRole("button", { name: "Run again" }).click();
  await told(page, /^Completed/);
  await seen(page.getByRole("main").getByText("audited"));
  await choose(page, "Delete");
  await page
    .getByRole("dialog", { name: /^Delete/ })
    .getByRole("button", { name: "Delete 1 flow run" })
    .click();
  await page.waitForURL(/\/runs(\?|$)/);
  await page.close();
  pages.expectNoErrors(busy);
});

test("a run that waits for an answer gets it on Now", async () => {
  const approval = programs.script("approval", [], { PREFECT_API_AUTH_STRING: credentials });
  await soon(async () => expect(approval.output()).toContain("Pausing flow"));
  const page = await pages.open(dashboard.url);
  const inbox = page.getByRole("region", { name: "Needs an answer" });
  await inbox.getByRole("button", { name: "Resume" }).click();
  await inbox.getByRole("button", { name: "Answer…" }).click();
  const form = page.getByRole("form", { name: /^Answer to / });
  await form.getByRole("button", { name: "true" }).click();
  await form.getByRole("button", { name: "Send and resume" }).click();
  await soon(async () => expect(approval.output()).toContain("approved: True, 5 % off"));
  await seen(inbox.getByText("No run waits for an answer."));
  await page.close();
  pages.expectNoErrors(busy);
});

test("events are listed as they come, and the artifact that a run wrote is shown", async () => {
  const page = await pages.open(
    `${dashboard.url}/events?q=${encodeURIComponent("event:prefect.flow-run.*")}`,
  );
  const events = page.getByRole("grid", { name: "Events" });
  const failed = events.getByRole("row").filter({ hasText: "prefect.flow-run.Failed" });
  await seen(failed);
  await seen(page.getByRole("figure", { name: "Events over time" }).locator("svg rect"));
  await failed
    .first()
    .getByRole("link", { name: /Failed/ })
    .click();
  const event = page.getByRole("article", { name: "Event" });
  await seen(event.getByRole("region", { name: "Related resources" }).getByRole("link", { name: "orders" }));
  await seen(event.getByText("No automation fired."));
  await seen(event.getByRole("region", { name: "Follows" }).getByRole("link", { name: /Running/ }));
  const asked = apiRequests(page);
  const other = await pages.open(`${dashboard.url}/deployments`);
  await other.getByRole("link", { name: "nightly" }).click();
  await run(other, (dialog) => dialog.getByRole("textbox", { name: "count" }).fill("2"));
  await told(other, /^Completed/);
  await seen(events.getByRole("row").filter({ hasText: "prefect.flow-run.Completed" }));
  // They came over the stream: only the chart was read again.
  expect(asked.filter((request) => request.endsWith("/events/filter")).length).toBeLessThanOrEqual(1);

  await page.goto(`${dashboard.url}/artifacts`);
  await page.getByRole("link", { name: "paid-orders" }).click();
  const artifact = page.getByRole("article", { name: "Artifact" });
  await seen(artifact.getByRole("cell", { name: "10", exact: true }));
  await seen(artifact.getByText("Written by"));
  await page.getByRole("button", { name: "Compare with previous" }).click();
  await seen(page.getByText("Both versions hold the same."));
  await Promise.all([page.close(), other.close()]);
  pages.expectNoErrors(busy);
});

test("pages can be left at once without an error, and their streams end", async () => {
  const page = await pages.open(`${dashboard.url}/runs`);
  const open = new Set<string>();
  page.on("websocket", (socket) => {
    open.add(socket.url());
    socket.on("close", () => open.delete(socket.url()));
  });
  const link = page.getByRole("row").filter({ hasText: "Cancelled" }).first().getByRole("link").first();
  for (let time = 0; time < 3; time++) {
    await link.click();
    await page.waitForURL(/\/runs\/./);
    await page.goBack();
  }
  await seen(page.getByRole("row").filter({ hasText: "Cancelled" }));
  await soon(async () => expect([...open].filter((url) => url.includes("logs"))).toEqual([]));
  await page.reload();
  await seen(page.getByRole("row").filter({ hasText: "Cancelled" }));
  await page.close();
  pages.expectNoErrors(busy);
});

test("a view is shared through the server, and the runs that it shows are deleted in bulk", async () => {
  const page = await pages.open(`${dashboard.url}/runs?q=flow:orders`);
  await seen(page.getByRole("row").filter({ hasText: "blue-lynx" }));
  await page.getByRole("button", { name: /^Views/ }).click();
  await page.getByRole("menuitem", { name: "Save view as…" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Done");
  await page.getByRole("switch", { name: /^Share/ }).click();
  await page.getByRole("button", { name: "Save view" }).click();
  await seen(page.getByRole("button", { name: "Views: Done" }));

  await page.goto(`${dashboard.url}/runs`);
  await page.getByRole("button", { name: /^Views/ }).click();
  await page.getByRole("menuitem", { name: /Done$/ }).click();
  await page.getByRole("checkbox", { name: "Select all loaded runs" }).check();
  await page
    .getByRole("toolbar", { name: "Actions on the selected runs" })
    .getByRole("button", { name: "Delete" })
    .click();
  const dialog = page.getByRole("dialog", { name: /^Delete \d+ flow runs?$/ });
  await dialog.getByRole("button", { name: /^Delete \d+ flow runs?$/ }).click();
  await soon(async () => expect(await dialog.getByRole("status").innerText()).toMatch(/^(\d+) of \1 done$/));
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await seen(page.getByText("No run matches"));
  await page.close();
  pages.expectNoErrors(busy);
});

test("a limit is created, changed and deleted, and a deployment gets a schedule", async () => {
  const page = await pages.open(`${dashboard.url}/capacity`);
  await page.getByRole("button", { name: "New limit" }).first().click();
  const create = page.getByRole("dialog");
  await create.getByRole("textbox", { name: "Name" }).fill("database");
  await create.getByLabel("Slots").fill("2");
  await create.getByRole("button", { name: /^Create/ }).click();
  const limit = page.getByRole("article", { name: "Limit database" });
  await seen(limit.getByText("0 of 2 in use"));
  await limit.getByRole("button", { name: "Edit database" }).click();
  const edit = page.getByRole("dialog");
  await edit.getByLabel("Slots").fill("5");
  await edit.getByRole("button", { name: /Save/ }).click();
  await seen(limit.getByText("0 of 5 in use"));

  await page.goto(`${dashboard.url}/deployments`);
  await page.getByRole("link", { name: "nightly" }).click();
  await page.getByRole("button", { name: "Add a schedule" }).click();
  const editor = page.getByRole("dialog");
  await editor.getByRole("button", { name: "Cron" }).click();
  await editor.getByLabel("Cron", { exact: true }).fill("30 9 * * 1-5");
  await editor.getByRole("button", { name: /schedule$/ }).click();
  await seen(page.getByRole("heading", { level: 1, name: /Runs every weekday at 09:30/ }));
  await page.getByRole("tab", { name: "Upcoming" }).click();
  await seen(page.getByRole("grid", { name: "Upcoming runs" }).getByRole("row").nth(1));
  await page.close();
  pages.expectNoErrors(busy);
});

// Last: the clock of this page is that of all pages that are opened later.
test("an idle list is read once a minute at most", async () => {
  const page = await pages.open("about:blank");
  await page.clock.install();
  const requests = apiRequests(page);
  await page.goto(`${dashboard.url}/runs`);
  await seen(page.getByRole("row").filter({ hasText: "approving" }));
  await page.waitForLoadState("networkidle");
  const status = page.getByRole("navigation", { name: "Pages" }).getByRole("status");
  await soon(async () => expect(await status.textContent()).toBe("Live"));
  requests.splice(0);
  await page.clock.fastForward(50_000);
  await page.waitForLoadState("networkidle");
  expect(requests).toEqual([]);
  await page.clock.fastForward(15_000);
  await soon(async () => expect(requests.length).toBeGreaterThan(0));
  await page.waitForLoadState("networkidle");
  const lists = requests.filter((request) => request.endsWith("/flow_runs/filter"));
  expect(lists.length).toBeLessThanOrEqual(2);
  await page.close();
  pages.expectNoErrors(busy);
});
