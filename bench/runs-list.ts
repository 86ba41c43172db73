// First rows of the Runs page with 100,000 flow runs in the store.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { launchBrowser, makeHome, quantile, report, startServer } from "./harness.ts";
import { seedRuns } from "./seed-runs.ts";

const count = 100_000;
const tries = 9;
const home = makeHome();

await seedRuns(join(home, "praetor.db"), count);
const server = await startServer(home);
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const clicks: number[] = [];
const loads: number[] = [];
for (let attempt = 0; attempt < tries; attempt += 1) {
  await page.goto(`${server.url}/`);
  await page.waitForLoadState("networkidle");
  clicks.push(await firstRows(page, "click"));
  await page.goto(`${server.url}/`);
  await page.waitForLoadState("networkidle");
  const before = performance.now();
  await page.goto(`${server.url}/runs`, { waitUntil: "commit" });
  await page.locator('main [role="row"] a[href^="/runs/"]').first().waitFor();
  loads.push(performance.now() - before);
}
report(
  "runs-list",
  {
    runs: count,
    afterClick: { p50: Math.round(quantile(clicks, 0.5)), max: Math.round(Math.max(...clicks)) },
    afterFullLoad: { p50: Math.round(quantile(loads, 0.5)), max: Math.round(Math.max(...loads)) },
    unit: "ms",
  },
  { afterClick: 300 },
);
await browser.close();
await server.stop();

/** Time from the click on "Runs" to the frame that shows rows. */
function firstRows(on: Page, how: "click"): Promise<number> {
  return on.evaluate((event) => {
    const link = document.querySelector<HTMLAnchorElement>('nav a[href="/runs"]');
    const start = performance.now();
    return new Promise<number>((done) => {
      const look = () => {
        const row =
          location.pathname === "/runs" && document.querySelector('main [role="row"] a[href^="/runs/"]');
        if (row) done(performance.now() - start);
        else requestAnimationFrame(look);
      };
      link?.dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true, button: 0 }));
      requestAnimationFrame(look);
    });
  }, how);
}
