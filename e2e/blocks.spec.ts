import { automations } from "../src/schema/automations.ts";
import { blockDocuments } from "../src/schema/block-documents.ts";
import { blockSchemas } from "../src/schema/block-schemas.ts";
import { blockTypes } from "../src/schema/block-types.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, firstRequest, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

const secretsOf = async ({ client }: Praetor, slug: string, name: string) =>
  (await client.call(blockDocuments.readByName, { slug, name, include_secrets: true })).data;

test("a secret is stored, shown for a moment, replaced and deleted, and reaches the page only when asked for", async ({
  page,
  lone,
}) => {
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/api/")) answers.push(await response.text().catch(() => ""));
  });
  await page.goto(`${lone.url}/blocks`);
  await expect(page.getByRole("heading", { name: "No blocks yet" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill("new sec");
  await page.getByRole("option", { name: "New secret" }).click();

  await page.getByRole("textbox", { name: /^Name/ }).fill("Weather Key");
  await page.getByLabel(/^value/).fill("sunny-31");
  await page.getByRole("button", { name: "Create block" }).click();
  await expect(page.getByText("expected lower-case letters, digits and dashes")).toBeVisible();
  await page.getByRole("textbox", { name: /^Name/ }).fill("weather-key");
  await expect(page.getByText("praetor secret set weather-key")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Create block" }).click();

  await expect(page.getByRole("heading", { name: "weather-key", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Load in code" })).toContainText('secret.get("weather-key")');
  await expect(page.getByRole("img", { name: "Hidden secret" })).toBeVisible();
  expect(answers.join()).not.toContain("sunny-31");
  await page.getByRole("button", { name: "Show secrets" }).click();
  await expect(page.getByText("sunny-31")).toBeVisible();
  await page.getByRole("button", { name: "Hide secrets" }).click();
  await expect(page.getByText("sunny-31")).toHaveCount(0);

  await page.keyboard.press("e");
  await expect(page.getByLabel(/^value/)).toHaveAttribute("placeholder", /Unchanged/);
  await expect(page.getByRole("button", { name: "Save block" })).toBeDisabled();
  await page.getByLabel(/^value/).fill("rainy-32");
  await page.getByRole("button", { name: "Save block" }).click();
  await expect(page.getByRole("button", { name: "Show secrets" })).toBeVisible();
  expect(await secretsOf(lone, "secret", "weather-key")).toEqual({ value: "rainy-32" });

  await page.getByRole("button", { name: "Delete block" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete weather-key" });
  await expect(dialog).toContainText("No block, deployment, automation or work pool refers to this block");
  await dialog.getByRole("button", { name: "Delete block" }).click();
  await expect(page.getByRole("heading", { name: "No blocks yet" })).toBeVisible();
});

test("a type is found in the catalogue, its block made, and where it is used is told", async ({
  page,
  lone,
}) => {
  const requests = apiRequests(page);
  await page.goto(`${lone.url}/blocks/catalog`);
  await page.getByRole("combobox", { name: "Capability" }).selectOption("notify");
  await expect(page.getByRole("button", { name: /^Webhook/ })).toHaveCount(0);
  await page.getByRole("textbox", { name: "Search block types" }).fill("slack");
  await page.getByRole("button", { name: /^Slack Webhook/ }).click();
  await expect(page.getByRole("region", { name: "Fields" }).first()).toContainText("url");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "New Slack Webhook block" }).click();

  await page.getByRole("textbox", { name: /^Name/ }).fill("alerts");
  await page.getByLabel(/^url/).fill("https://hooks.example.org/secret-path");
  await page.getByRole("button", { name: "Create block" }).click();
  await expect(page.getByRole("heading", { name: "alerts", level: 1 })).toBeVisible();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await lone.client.call(automations.create, {
    name: "tell the team",
    trigger: { type: "event", posture: "Reactive", expect: ["a"], threshold: 1, within: 0 },
    actions: [{ type: "send-notification", block_document_id: id, subject: "a", body: "b" }],
  });
  requests.length = 0;
  await page.reload();
  await expect(page.getByRole("region", { name: "Where used" })).toContainText("tell the team");
  expect(requests.length).toBeLessThanOrEqual(6);
  expect(await firstRequest(page, 1_500)).toBe("none");
  expect(await violations(page)).toEqual([]);

  // Another field is changed, and the secret stays; the list follows by itself.
  await page.getByRole("link", { name: "Edit block" }).click();
  await page.getByRole("combobox", { name: /^notify_type/ }).selectOption("failure");
  await page.getByRole("button", { name: "Save block" }).click();
  await expect(page.getByRole("region", { name: "Values" })).toContainText("failure");
  expect(await secretsOf(lone, "slack-webhook", "alerts")).toMatchObject({
    ...{ notify_type: "failure", url: "https://hooks.example.org/secret-path" },
  });
  await page.getByRole("link", { name: "Blocks" }).first().click();
  await expect(page.getByRole("grid", { name: "Blocks" })).toContainText("alerts");
  await page.getByRole("button", { name: "Secrets", exact: true }).click();
  await expect(page.getByText("No block matches")).toBeVisible();
  const { id: block_type_id } = await lone.client.call(blockTypes.readBySlug, { slug: "secret" });
  const [schema] = await lone.client.call(blockSchemas.filter, {
    block_schemas: { block_type_id: { any_: [block_type_id] } },
  });
  await lone.client.call(blockDocuments.create, {
    ...{ name: "from-elsewhere", data: { value: "x" }, block_type_id, block_schema_id: schema?.id ?? "" },
  });
  await expect(page.getByRole("grid", { name: "Blocks" })).toContainText("from-elsewhere");
});

test("a block holds another one, which is made for it", async ({ page, lone }) => {
  const { client } = lone;
  const login = await client.call(blockTypes.create, { name: "Login", slug: "login" });
  const ofLogin = {
    ...{ block_type_slug: "login", type: "object", required: ["password"], secret_fields: ["password"] },
    properties: { user: { type: "string" }, password: { type: "string", format: "password" } },
  };
  await client.call(blockSchemas.create, { block_type_id: login.id, fields: ofLogin });
  const database = await client.call(blockTypes.create, { name: "Orders database", slug: "orders" });
  const ofDatabase = {
    ...{ block_type_slug: "orders", type: "object", required: ["host", "login"], secret_fields: [] },
    block_schema_references: { login: { block_type_slug: "login", block_schema_checksum: "sha256:1" } },
    properties: {
      host: { type: "string" },
      login: { title: "Login", allOf: [{ $ref: "#/definitions/Login" }] },
    },
    definitions: { Login: ofLogin },
  };
  await client.call(blockSchemas.create, { block_type_id: database.id, fields: ofDatabase });

  await page.goto(`${lone.url}/blocks/new/orders`);
  await page.getByRole("textbox", { name: /^Name/ }).fill("orders-eu");
  await page.getByRole("textbox", { name: /^host/ }).fill("db.example.org");
  await page.getByRole("button", { name: "New login" }).click();
  const dialog = page.getByRole("dialog", { name: "New login block" });
  await dialog.getByRole("textbox", { name: /^Name/ }).fill("reader");
  await dialog.getByRole("textbox", { name: /^user/ }).fill("me");
  await dialog.getByLabel(/^password/).fill("open-sesame");
  await dialog.getByRole("button", { name: "Create block" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("combobox", { name: /^login/ })).toContainText("reader");
  await page.getByRole("button", { name: "Create block" }).click();

  await page.getByRole("region", { name: "Values" }).getByRole("link", { name: "login/reader" }).click();
  await expect(page.getByRole("heading", { name: "reader", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Where used" })).toContainText("orders/orders-eu, login");
  expect(await secretsOf(lone, "orders", "orders-eu")).toEqual({
    ...{ host: "db.example.org", login: { user: "me", password: "open-sesame" } },
  });
});
