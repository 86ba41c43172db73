import type { Page } from "@playwright/test";
import { deployments } from "../src/schema/deployments.ts";
import { taskRuns } from "../src/schema/task-runs.ts";
import { expect, test } from "./fixtures.ts";

/** Measures layout shifts from the first paint on, as browsers do for Web Vitals. */
const observeShifts = (page: Page) =>
  page.addInitScript(() => {
    const shifts: { value: number; sources: string[] }[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value = 0, sources = [] } = entry as PerformanceEntry & {
          value?: number;
          sources?: readonly { node: Node | null }[];
        };
        const names = sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 120) : "",
        );
        shifts.push({ value, sources: names });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });

const shifted = (page: Page): Promise<{ value: number; sources: string[] }[]> =>
  page.evaluate(() => Reflect.get(globalThis, "shifts"));

const mostShift = 0.02;

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
])
  test(`no page jumps while it loads, ${size.width} pixels wide`, async ({ page, praetor }) => {
    const broken = await praetor.sample("broken");
    const pipeline = await praetor.sample("pipeline");
    const nested = await praetor.sample("nested");
    const paused = await praetor.run("approval");
    const flow_id = (await flowOf(praetor.url, broken.id)) ?? "";
    const deployment = await praetor.client.call(deployments.create, { flow_id, name: "nightly" });
    const [task] = await praetor.client.call(taskRuns.filter, {
      flow_runs: { id: { any_: [broken.id] } },
      task_runs: { state: { type: { any_: ["FAILED"] } } },
    });
    await observeShifts(page);
    await page.setViewportSize(size);
    const region = (name: string) => page.getByRole("region", { name });
    const name = (run: { name: string }) => () => page.getByRole("heading", { level: 1, name: run.name });
    const pages = {
      "/": () => region("Failing").getByRole("listitem").first(),
      "/runs": () => page.getByRole("row").filter({ hasText: broken.name }),
      "/runs?tab=task-runs": () => page.getByRole("row").nth(3),
      "/flows": () => page.getByRole("row").filter({ hasText: "pipeline" }),
      "/deployments": () => page.getByRole("row").filter({ hasText: "nightly" }).first(),
      "/capacity": () => page.getByRole("tab").first(),
      [`/runs/${pipeline.id}`]: name(pipeline),
      [`/runs/${pipeline.id}?view=tasks`]: name(pipeline),
      [`/runs/${pipeline.id}?view=history&tab=attempts`]: name(pipeline),
      [`/runs/${broken.id}`]: () => region("Why it failed"),
      [`/runs/${broken.id}/tasks/${task?.id}?tab=error`]: () => region("Why it failed"),
      [`/runs/${nested.id}?view=subflows`]: () => region("Why it failed"),
      [`/runs/${paused.id}`]: name(paused),
      [`/deployments/${deployment.id}`]: () => page.getByRole("heading", { level: 1 }),
      [`/flows/${flow_id}`]: () => page.getByRole("heading").first(),
    };
    for (const [path, loaded] of Object.entries(pages)) {
      await page.goto(`${praetor.url}${path}`);
      await expect(loaded()).toBeVisible();
      await page.waitForLoadState("networkidle");
      const shifts = await shifted(page);
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      expect.soft(sum, `${path}: ${JSON.stringify(shifts)}`).toBeLessThanOrEqual(mostShift);
    }
  });

async function flowOf(url: string, id: string): Promise<string | undefined> {
  const { flow_id } = await (await fetch(`${url}/api/flow_runs/${id}`)).json();
  return flow_id;
}

test("a log is one tab stop; arrow keys move through its lines, and the focus is visible", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const log = page.getByRole("log");
  await expect(log).toContainText("published");
  await log.focus();
  await page.keyboard.press("Home");
  await expect(log.locator("[data-index='0']")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(log.locator("[data-index='1']")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(log.locator("[data-index='1']").getByRole("button").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(log.locator("[data-index]").last()).toBeFocused();
  await page.keyboard.press("Tab");
  expect(await log.evaluate((element) => element.contains(document.activeElement))).toBe(false);

  for (const path of ["/", "/runs", "/capacity"]) {
    await page.goto(`${praetor.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    for (let stop = 0; stop < 24; stop += 1) {
      await page.keyboard.press("Tab");
      const unseen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const isRinged = [element, element.parentElement].some(
          (one) => one && getComputedStyle(one).outlineStyle !== "none",
        );
        return isRinged ? undefined : element.outerHTML.slice(0, 200);
      });
      expect.soft(unseen, `${path}, stop ${stop}`).toBeUndefined();
    }
  }
});
