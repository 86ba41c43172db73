import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

/** An element has the focus, and shows it: by an outline of it or of the field around it, or a mark. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const isSeen = () =>
    page.evaluate(() => {
      const outlined = (element: Element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
      };
      const focused = document.activeElement;
      if (!focused || focused === document.body) return "nothing has the focus";
      // A text field shows its caret; an entry of a list is marked by the list.
      const isField = focused.matches("input:not([type=checkbox]), textarea");
      const isMarked = focused.matches("[data-highlighted]") || outlined(focused);
      const parent = focused.parentElement;
      if (isMarked || isField || (parent && outlined(parent))) return "seen";
      return `no sign of the focus on ${focused.outerHTML.slice(0, 200)}`;
    });
  await expect.poll(isSeen).toBe("seen");
}

test("the main task is done with the keyboard alone, and the focus is always visible", async ({
  page,
  lone,
}) => {
  const good = await lone.finish("greet");
  const bad = await lone.finish("broken");
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();

  // To Runs with the palette.
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("runs");
  await expect(palette.getByRole("option", { name: /^Runs/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(page).toHaveURL(`${lone.url}/runs`);

  // Filter, then leave the field.
  await expect(page.getByRole("row").filter({ hasText: bad.name })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Filter runs" })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.type("since:1h");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/q=since%3A1h$/);
  // The address changes before the list does: keys pressed in between go to the list being replaced.
  await expect(page.getByRole("button", { name: "Remove since:1h" })).toBeVisible();

  // Through the rows and into one.
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await expect(row(bad.name)).toBeVisible();
  await page.keyboard.press("j");
  await expect(row(bad.name)).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("j");
  await expect(row(good.name)).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar", { name: "Actions on the selected runs" })).toContainText(
    "1 selected",
  );
  await page.keyboard.press("Escape");
  await expect(page.getByRole("toolbar", { name: "Actions on the selected runs" })).toHaveCount(0);
  await page.keyboard.press("k");
  await expect(row(bad.name)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${lone.url}/runs/${bad.id}`);
  await expect(sentence(page, /^Failed in load-record-2/)).toBeVisible();

  // Every tab stop of the page shows the focus, including the tabs and the graph.
  await expect(page.getByRole("tree")).toBeVisible();
  const stops: string[] = [];
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const focused = document.activeElement;
      return `${focused?.getAttribute("role") ?? focused?.tagName} ${focused?.textContent?.slice(0, 20)}`;
    });
    if (stop.startsWith("BODY")) break;
    stops.push(stop);
    await expectVisibleFocus(page);
    if (stop.startsWith("tab Logs")) break;
  }
  expect(stops.some((stop) => stop.startsWith("tab Graph"))).toBe(true);
  expect(stops.some((stop) => stop.startsWith("tree"))).toBe(true);
  expect(stops.at(-1)).toMatch(/^tab Logs/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Attempts" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("table", { name: "States, oldest first" })).toBeVisible();

  // A dialog traps the focus, and returns it on close.
  await page.keyboard.press("?");
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(shortcuts).toContainText("Search and commands");
  await page.keyboard.press("Escape");
  await expect(shortcuts).toBeHidden();
  await expect(page.getByRole("tab", { name: "Attempts" })).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
});

test("a run is cancelled with the keyboard alone", async ({ page, praetor }) => {
  const endless = await praetor.run("endless");
  await page.goto(`${praetor.url}/runs/${endless.id}`);
  await expect(sentence(page, /^Running/)).toBeVisible();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: `Cancel ${endless.name}` });
  await expect(dialog).toBeVisible();
  const confirmButton = dialog.getByRole("button", { name: "Cancel 1 flow run" });
  for (let count = 0; count < 10; count++) {
    await page.keyboard.press("Tab");
    await expectVisibleFocus(page);
    if (await confirmButton.evaluate((button) => button === document.activeElement)) break;
  }
  await expect(confirmButton).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(sentence(page, /^Cancelled/)).toBeVisible();
});
