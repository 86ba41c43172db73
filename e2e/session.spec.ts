import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { type Praetor, startPraetor } from "./praetor.ts";

// Refused before signing in; while the server is stopped the browser logs each attempt to reach it.
test.use({ allowed: /status of (40[13]|503)|ERR_CONNECTION|ERR_FAILED|WebSocket/ });

// Each test starts servers, and the machine may be busy.
test.describe.configure({ timeout: 180_000 });

const password = "correct horse";
const protectedServer = (settings: Record<string, string> = {}) =>
  startPraetor({ PRAETOR_API_AUTH_STRING: `me:${password}`, ...settings });

async function signIn(page: Page, typed = password): Promise<void> {
  await page.getByLabel("User").fill("me");
  await page.getByLabel("Password").fill(typed);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const heading = (page: Page) => page.getByRole("heading", { name: "Now", level: 1 });
const form = (page: Page) => page.getByRole("heading", { name: "Sign in" });
const dot = (page: Page) => page.getByRole("navigation", { name: "Pages" }).getByRole("status");

/** All data that scripts of the page can read, as one text. */
const stored = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));

const holdsPassword = async (page: Page) => {
  const text = await stored(page);
  return [password, btoa(`me:${password}`)].some((secret) => text.includes(secret));
};

async function withServer(praetor: Praetor, page: Page, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } finally {
    for (const open of page.context().pages()) await open.close();
    await praetor.close();
  }
}

test("a browser signs in once, stays signed in across tabs and restarts of the server, and signs out everywhere", async ({
  page,
  context,
}) => {
  const praetor = await protectedServer();
  await withServer(praetor, page, async () => {
    await page.goto(praetor.url);
    await signIn(page, "wrong");
    await expect(page.getByRole("alert")).toHaveText("Wrong user or password.");
    await signIn(page);
    await expect(heading(page)).toBeVisible();
    await expect(dot(page)).toHaveText("Live");
    expect(await holdsPassword(page)).toBe(false);
    const cookies = await context.cookies(`${praetor.url}/api`);
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: "/api" }]);
    expect(await stored(page)).not.toContain("praetor_session");

    await page.reload();
    await expect(heading(page)).toBeVisible();
    const other = await context.newPage();
    await other.goto(`${praetor.url}/runs`);
    await expect(dot(other)).toHaveText("Live");

    await praetor.kill();
    await expect(dot(page)).not.toHaveText("Live");
    await praetor.revive();
    await expect(dot(page)).toHaveText("Live");
    await expect(heading(page)).toBeVisible();

    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(form(page)).toBeVisible();
    await expect(form(other)).toBeVisible();
    expect(await context.cookies(`${praetor.url}/api`)).toEqual([]);
    await page.reload();
    await expect(form(page)).toBeVisible();
    await signIn(page);
    await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
    await expect(dot(other)).toHaveText("Live");
  });
});

test("a session that expires while the page is open leads to the form, and back to the same page", async ({
  page,
  context,
}) => {
  const praetor = await protectedServer();
  await withServer(praetor, page, async () => {
    await page.goto(`${praetor.url}/runs`);
    await signIn(page);
    await expect(dot(page)).toHaveText("Live");
    await context.clearCookies();
    // The socket reconnects, and is refused.
    await praetor.kill();
    await praetor.revive();
    await expect(form(page)).toBeVisible();
    await expect(page.getByText("Your session has ended.")).toBeVisible();
    await signIn(page);
    await expect(dot(page)).toHaveText("Live");
    await expect(page).toHaveURL(`${praetor.url}/runs`);
  });
});

test("a password stored in this browser by an older version signs in once, and is deleted", async ({
  page,
  context,
}) => {
  const praetor = await protectedServer();
  await withServer(praetor, page, async () => {
    const keep = (authString: string) =>
      page.evaluate(
        (kept) =>
          localStorage.setItem("praetor-settings", JSON.stringify({ theme: "dark", authString: kept })),
        authString,
      );
    await page.goto(praetor.url);
    await expect(form(page)).toBeVisible();
    await keep(`me:${password}`);
    await page.reload();
    await expect(dot(page)).toHaveText("Live");
    expect(await holdsPassword(page)).toBe(false);
    expect(await stored(page)).toContain("dark");
    expect(await context.cookies(`${praetor.url}/api`)).toHaveLength(1);

    // A wrong one is deleted as well.
    await context.clearCookies();
    await keep("me:of yesterday");
    await page.reload();
    await expect(form(page)).toBeVisible();
    expect(await stored(page)).not.toContain("of yesterday");
  });
});

test("the password of another server is stored only for the tab", async ({ page, praetor: here }) => {
  const praetor = await protectedServer({ PRAETOR_SERVER_CORS_ORIGINS: here.url });
  await withServer(praetor, page, async () => {
    await page.goto(here.url);
    await expect(heading(page)).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("textbox", { name: "Address of another API" }).fill(`${praetor.url}/api`);
    await page.getByRole("button", { name: "Connect" }).click();
    await expect(form(page)).toBeVisible();
    await expect(page.getByText(new URL(praetor.url).host)).toBeVisible();
    await signIn(page, "wrong");
    await expect(page.getByRole("alert")).toHaveText("Wrong user or password.");
    await signIn(page);
    await expect(dot(page)).toHaveText("Live");
    expect(await holdsPassword(page)).toBe(false);

    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("sign out");
    await page.getByRole("option", { name: "Sign out" }).click();
    await expect(form(page)).toBeVisible();
    await signIn(page);
    await expect(dot(page)).toHaveText("Live");
    await page.reload();
    await expect(form(page)).toBeVisible();
    await page.getByRole("button", { name: `Use ${new URL(here.url).host}` }).click();
    await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  });
});
