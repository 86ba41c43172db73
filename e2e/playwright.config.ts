import "../src/node-version.ts";
import { defineConfig } from "@playwright/test";
import { browserArguments } from "./browser-arguments.ts";

// Processes of the tests share a compile cache.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/../.cache/compiled`;

// Chromium is Debian's or Playwright's own; `npm test` finds it and sets this variable.
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: ".",
  // Other files here are tests of another runner.
  testMatch: "*.spec.ts",
  fullyParallel: false,
  // Each has its own server. A spec alternately waits for the browser, its server and its flows.
  workers: 2,
  timeout: 120_000,
  // A shared machine may stall briefly. A test that fails twice is broken; one that fails once is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  // Generous, because a busy machine is not a failure; existing elements are found at once.
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
