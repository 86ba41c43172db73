import type { Locator, Page } from "@playwright/test";

/** The sentence with the state of the run on the open page, if it matches this text. */
export const sentence = (page: Page, text: string | RegExp): Locator =>
  page.getByRole("group", { name: "State", exact: true }).filter({ hasText: text });
