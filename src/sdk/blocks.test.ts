import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { block, flow, secret } from "../index.ts";
import { blockDocuments } from "../schema/block-documents.ts";
import { blockSchemas } from "../schema/block-schemas.ts";
import { blockTypes } from "../schema/block-types.ts";
import type { Json } from "../schema/scalars.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
  await keep("secret", "key", { value: "open sesame" }, ["value"]);
  await keep("secret", "login", { value: { user: "me", password: "pw" } }, ["value"]);
  await keep("database", "orders", { host: "db", password: "pw" }, ["password"]);
});
afterAll(() => recorded.close());

async function keep(slug: string, name: string, data: Json, secret_fields: string[]) {
  const { world } = recorded;
  const known = await world.call(blockTypes.filter, { block_types: { slug: { any_: [slug] } } });
  const type = known[0] ?? (await world.call(blockTypes.create, { name: slug, slug }));
  const fields = { block_type_slug: slug, secret_fields };
  const schema = await world.call(blockSchemas.create, { block_type_id: type.id, fields });
  const kind = { block_type_id: type.id, block_schema_id: schema.id };
  await world.call(blockDocuments.create, { ...kind, name, data });
}

test("a secret is read by name, inside and outside a flow", async () => {
  expect(await secret.get("key")).toBe("open sesame");
  expect(await flow({ name: "reading" }, () => secret.get("key"))()).toBe("open sesame");
});

test("a secret that is not a string needs a schema, which determines its type", async () => {
  const Login = z.object({ user: z.string(), password: z.string() });
  const login = await secret.get("login", { schema: Login });
  expect(login).toEqual({ user: "me", password: "pw" });
  expectTypeOf(login).toEqualTypeOf<{ user: string; password: string }>();
  await expect(secret.get("login")).rejects.toThrow("The secret login is not text");
  await expect(secret.get("key", { schema: Login })).rejects.toThrow(
    /^The secret key does not match the schema/,
  );
});

test("a block is loaded by type and name, with its secrets", async () => {
  expect(await block.load("database", "orders")).toEqual({ host: "db", password: "pw" });
  const { host } = await block.load("database", "orders", { schema: z.object({ host: z.string() }) });
  expectTypeOf(host).toEqualTypeOf<string>();
  expect(host).toBe("db");
  await expect(block.load("database", "nobody")).rejects.toThrow("No block database/nobody");
});
