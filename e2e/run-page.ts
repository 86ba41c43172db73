import type { Locator, Page } from "@playwright/test";

/** The sentence that tells the state of the run whose page is open, where it reads like this. */
export const sentence = (page: Page, text: string | RegExp): Locator =>
  page.getByRole("group", { name: "State", exact: true }).filter({ hasText: text });
