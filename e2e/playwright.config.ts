import "../src/node-version.ts";
import { defineConfig } from "@playwright/test";
import { browserArguments } from "./browser-arguments.ts";

// The processes of the tests need not compile the same TypeScript each.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/../.cache/compiled`;

// Chromium is Debian's or Playwright's own; `npm test` finds it and names it here.
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: ".",
  // Beside them are tests that another runner takes.
  testMatch: "*.spec.ts",
  fullyParallel: false,
  // Each has a server of its own. A spec waits for the browser, its server and its flows in turn, seldom for two of them.
  workers: 2,
  timeout: 120_000,
  // A shared machine may stall for a moment. What fails twice is broken; what failed once is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  // Generous, because a busy machine is no failure; what is there is found at once.
  expect: { timeout: 15_000 },
  outputDir: "../test-results",
  use: {
    viewport: { width: 1440, height: 900 },
    timezoneId: "UTC",
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: browserArguments,
    },
  },
});
