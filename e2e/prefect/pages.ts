import { chromium, type Locator, type Page } from "@playwright/test";
import { expect } from "vitest";
import { browserArguments } from "../browser-arguments.ts";

/** A browser that records errors of its pages. */
export interface Pages {
  open(url: string): Promise<Page>;
  /** Opens a page, checks it and closes it; also fails on errors in the page. */
  visit(url: string, look: (page: Page) => Promise<unknown>, allowed?: RegExp): Promise<void>;
  /** Fails when a page threw, or logged an error that is not allowed. */
  expectNoErrors(allowed?: RegExp): void;
  close(): Promise<void>;
}

export async function openPages(): Promise<Pages> {
  const executablePath = process.env.CHROMIUM_PATH;
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: browserArguments,
  });
  const errors: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "UTC" });
  context.setDefaultTimeout(30_000);
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  const open = async (url: string) => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const expectNoErrors = (allowed?: RegExp) =>
    expect(errors.splice(0).filter((text) => !allowed?.test(text))).toEqual([]);
  return {
    open,
    async visit(url, look, allowed) {
      const page = await open(url);
      await look(page);
      expect(await page.getByRole("alert").allInnerTexts()).toEqual([]);
      await page.close();
      expectNoErrors(allowed);
    },
    expectNoErrors,
    close: () => browser.close(),
  };
}

/** Waits until (the first of) it is visible. */
export const seen = (locator: Locator): Promise<void> => locator.first().waitFor();
