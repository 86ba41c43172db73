// Pictures of the pages that matter most, of flows that really ran, for a person to look at: `npm run shots`.
//
//   --only TEXT   pictures whose name contains this
//   --out FOLDER  test-results/shots
//   --keep        leaves the server and its flows running until Ctrl-C
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "@playwright/test";
import { browserArguments } from "../browser-arguments.ts";
import { root } from "../processes.ts";
import { acts, type Scene } from "./scenes.ts";
import { openStage } from "./stage.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    out: { type: "string", default: join(root, "test-results", "shots") },
    keep: { type: "boolean", default: false },
  },
});
const folder = resolve(values.out);

const sizes = [
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
];
const themes = ["light", "dark"] as const;

mkdirSync(folder, { recursive: true });
const stage = await openStage();
const browser = await chromium.launch({
  ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
  args: browserArguments,
});
try {
  for (const { title, prepare, scenes } of acts) {
    console.log(title);
    await prepare(stage);
    for (const scene of scenes.filter(({ name }) => name.includes(values.only))) {
      try {
        await shoot(browser, scene);
        console.log(`  ${scene.name}`);
      } catch (error) {
        console.error(`  ${scene.name} failed: ${String(error)}`);
        process.exitCode = 1;
      }
    }
  }
  console.log(`\n${folder}`);
  if (values.keep) await interrupted();
} finally {
  await browser.close();
  await stage.close();
}

async function shoot(browser: Browser, { name, path, act }: Scene): Promise<void> {
  const url = `${stage.url}${await path(stage)}`;
  for (const colorScheme of themes) {
    const context = await browser.newContext({ colorScheme, reducedMotion: "reduce", timezoneId: "UTC" });
    for (const size of sizes) {
      // A new page for each: the initial view, not one after a resize.
      const page = await context.newPage();
      await page.setViewportSize(size);
      await page.goto(url);
      await settled(page);
      if (act) {
        await act(page);
        await settled(page);
      }
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) });
      await page.close();
    }
    await context.close();
  }
}

/** No requests are pending, and no skeleton is visible. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(
    () => document.fonts.status === "loaded" && !document.querySelector(".animate-breathe"),
  );
}

async function interrupted(): Promise<void> {
  console.log(`\n${stage.url} runs until Ctrl-C`);
  await new Promise<void>((done) => process.once("SIGINT", () => done()));
}
