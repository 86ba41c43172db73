import { expect, test } from "./fixtures.ts";
import { startPraetor } from "./praetor.ts";
import { sentence } from "./run-page.ts";

// Refused before signing in, and again at the first change, for which the page then fetches a token.
test.use({ allowed: /status of 40[13]/ });

test("a dashboard signs in and makes changes on a server with a password and CSRF tokens", async ({
  page,
}) => {
  const praetor = await startPraetor({
    PRAETOR_API_AUTH_STRING: "me:secret",
    PRAETOR_SERVER_CSRF_ENABLED: "true",
  });
  try {
    const run = await praetor.finish("pipeline");
    await page.goto(`${praetor.url}/runs/${run.id}`);
    await page.getByLabel("User").fill("me");
    await page.getByLabel("Password").fill("secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(sentence(page, /^Completed/)).toBeVisible();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const deleted = page.waitForResponse(
      (answer) =>
        answer.request().method() !== "GET" &&
        /delete/i.test(answer.request().method() + answer.url()) &&
        answer.ok(),
    );
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Delete/ })
      .click();
    expect((await deleted).request().headers()).toHaveProperty("prefect-csrf-token");
  } finally {
    await page.close();
    await praetor.close();
  }
});
