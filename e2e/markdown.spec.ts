import type { Page } from "@playwright/test";
import { artifacts } from "../src/schema/artifacts.ts";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

// Violations of the server's content security policy are console errors, which fail each of these tests.

test.describe.configure({ timeout: 180_000 });

const report = `# Rain of May

Measured by *three* stations, see [the method](https://method.test/) and https://data.test/may.

- [x] Oslo
  - north
  - south
- [ ] Rome

| city | rain |
|:-----|-----:|
| Oslo | **71** |
| Rome | 12 |

![ours](/favicon.svg) ![theirs](https://images.test/plot.png)

<img src=x onerror="globalThis.isBreached = true">
[dead](javascript:globalThis.isBreached=true)
`;
const drawing = "```mermaid\nflowchart LR\n  extract --> load\n  load --> publish\n```";
const broken = "```mermaid\nflowchart LR\n  extract --> [[[\n```";
const slow = `the end of ${"_a".repeat(60_000)}`;

async function open(page: Page, lone: Praetor, texts: Record<string, string>): Promise<void> {
  const run = await lone.finish("greet");
  for (const [key, data] of Object.entries(texts))
    await lone.client.call(artifacts.create, { flow_run_id: run.id, key, type: "markdown", data });
  await page.goto(`${lone.url}/runs/${run.id}?tab=artifacts`);
}

test("a report is formatted, executes nothing, and loads an image of another host only on request", async ({
  page,
  lone,
}) => {
  const fetched: Record<string, string>[] = [];
  await page.route("https://images.test/**", (route) => {
    fetched.push(route.request().headers());
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>';
    return route.fulfill({ contentType: "image/svg+xml", body: svg });
  });
  await open(page, lone, { report });
  await expect(page.getByRole("heading", { name: "Rain of May" })).toBeVisible();
  const ours = page.getByRole("img", { name: "ours" });
  const widthOf = (image: typeof ours) => image.evaluate((one) => Reflect.get(one, "naturalWidth"));
  await expect.poll(() => widthOf(ours)).toBeGreaterThan(0);
  await expect(page.getByRole("img", { name: "To do:" })).toBeVisible();
  expect(await violations(page, "[aria-label='Artifact report']")).toEqual([]);
  expect(fetched).toEqual([]);

  await page.getByRole("button", { name: "theirs: Show image from images.test" }).click();
  await expect.poll(() => widthOf(page.getByRole("img", { name: "theirs" }))).toBe(40);
  expect(fetched).toHaveLength(1);
  expect(fetched[0]).not.toHaveProperty("referer");
  await expect(page.getByText("dead", { exact: true })).toHaveCount(0);
  await expect(page.getByText(/dead/).first()).toBeVisible();
  expect(await page.evaluate(() => "isBreached" in globalThis)).toBe(false);
});

test("a diagram uses the colours of the theme, and an invalid one is shown as text", async ({
  page,
  lone,
}) => {
  await open(page, lone, { drawing, broken });
  const image = page.getByRole("img", { name: /^Diagram/ });
  const drawn = () =>
    image.evaluate((one) => [one.getAttribute("src"), Reflect.get(one, "naturalWidth")].join(" "));
  await expect(image).toBeVisible();
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(drawn).toMatch(/^data:image\/svg\+xml,.* [1-9]\d*$/);
  const light = await drawn();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(drawn).not.toBe(light);
  await expect(page.getByText(/^Could not draw the diagram: /)).toBeVisible();
  await expect(page.locator("pre", { hasText: "extract --> [[[" })).toBeVisible();
  expect(await violations(page, "[aria-label='Artifact drawing']")).toEqual([]);
});

test("a text that takes the parser too long is shown as plain text, and the page stays responsive", async ({
  page,
  lone,
}) => {
  await open(page, lone, { slow, report });
  await expect(page.getByText("Shown unformatted: it takes too long.")).toBeVisible();
  await expect(page.getByText(/^the end of _a_a/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Rain of May" })).toBeVisible();
});
