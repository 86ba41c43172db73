import { expect, test } from "./fixtures.ts";

test("a full limit shows who holds its slots and who waits; raised, it lets them go", async ({
  page,
  lone,
}) => {
  const held = await lone.serve("served", "hold/held", "2");
  for (let count = 0; count < 5; count++) await lone.ask(held.id);
  await page.goto(`${lone.url}/capacity`);
  const limit = page.getByRole("article", { name: "Limit hold/held" });
  const holders = limit.getByRole("list", { name: "Slots of hold/held" }).getByRole("button", {
    name: /^Release the slot of /,
  });
  const waiters = limit.getByRole("list", { name: "Waiting for hold/held" }).getByRole("listitem");
  await expect(limit).toContainText("2 of 2 taken");
  await expect(holders).toHaveCount(2);
  await expect(waiters).toHaveCount(3);

  // The page of one that waits says what for, and offers what would help.
  await waiters.first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("the limit of its deployment is full");
  await expect(page.getByText("2 of 2 taken").first()).toBeVisible();
  await page.goBack();

  await limit.getByRole("button", { name: "Edit hold/held" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Slots").fill("5");
  await dialog.getByRole("button", { name: /Save/ }).click();
  await expect(limit).toContainText("5 of 5 taken");
  await expect(holders).toHaveCount(5);
  await expect(waiters).toHaveCount(0);
});
