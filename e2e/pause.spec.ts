import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("a run that pauses for input is resumed with a form, which reports errors before it is sent", async ({
  page,
  praetor,
}) => {
  const run = await praetor.run("approval");
  await page.goto(`${praetor.url}/runs/${run.id}`);
  await expect(sentence(page, /^Paused/)).toBeVisible();
  await page
    .getByRole("button", { name: /^Resume/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Whether the price may be published");
  await dialog.getByRole("textbox", { name: "discount" }).fill("90");
  await dialog.getByRole("button", { name: /^Resume/ }).click();
  await expect(dialog.getByText("expected a whole number from 0 to 50, got 90")).toBeVisible();
  await dialog.getByRole("textbox", { name: "discount" }).fill("20");
  await dialog.getByRole("button", { name: "true" }).click();
  await dialog.getByRole("button", { name: /^Resume/ }).click();
  await expect(sentence(page, /^Completed/)).toBeVisible();
  await expect(page.getByText("published with 20 % off")).toBeVisible();
  expect(await run.done).toBe(0);
});
