import { chromium, type Page } from "@playwright/test";
import { expect } from "vitest";

/** A browser that remembers what went wrong in its pages. */
export interface Pages {
  open(url: string): Promise<Page>;
  /** Fails when a page threw, or wrote an error that is not allowed to its console. */
  expectNoErrors(allowed?: RegExp): void;
  close(): Promise<void>;
}

export async function openPages(): Promise<Pages> {
  const executablePath = process.env.CHROMIUM_PATH;
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const errors: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "UTC" });
  context.setDefaultTimeout(60_000);
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  return {
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    expectNoErrors(allowed) {
      expect(errors.filter((text) => !allowed?.test(text))).toEqual([]);
    },
    close: () => browser.close(),
  };
}
