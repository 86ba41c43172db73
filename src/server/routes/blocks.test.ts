import { afterEach, beforeEach, expect, test } from "vitest";
import { admin } from "../../schema/admin.ts";
import { automations } from "../../schema/automations.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { blockUses } from "../../schema/block-uses.ts";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import type { Json } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { seedBlocks } from "../blocks/seeds.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const unknown = "00000000-0000-4000-8000-000000000000";

/** A type with one schema, in which `token`, `keys.*` and `inner.password` are secret. */
async function typeWithSecrets(slug = "service") {
  const type = await world.call(blockTypes.create, { name: slug, slug });
  const fields = { block_type_slug: slug, secret_fields: ["token", "keys.*", "inner.password"] };
  const schema = await world.call(blockSchemas.create, { block_type_id: type.id, fields });
  return { block_type_id: type.id, block_schema_id: schema.id };
}
const save = (name: string, kind: { block_type_id: string; block_schema_id: string }, data: Json) =>
  world.call(blockDocuments.create, { ...kind, name, data });
const opened = async (id: string) =>
  (await world.call(blockDocuments.read, { id, include_secrets: true })).data;
const masked = async (id: string) => (await world.call(blockDocuments.read, { id })).data;

const data = {
  url: "https://example.org",
  token: "abc",
  keys: { one: "1", two: { deep: 2 }, three: null },
  inner: { user: "me", password: "pw" },
};
const shown = {
  url: "https://example.org",
  token: "********",
  keys: { one: "********", two: "********", three: null },
  inner: { user: "me", password: "********" },
};

test("secret fields of a schema are masked unless requested", async () => {
  const kind = await typeWithSecrets();
  const made = await save("a", kind, data);
  expect(made.data).toEqual(shown);
  expect(made).toMatchObject({ name: "a", block_type_name: "service", block_type: { slug: "service" } });
  expect(await masked(made.id)).toEqual(shown);
  expect(await opened(made.id)).toEqual(data);
  const by = { slug: "service", name: "a" };
  expect((await world.call(blockDocuments.readByName, by)).data).toEqual(shown);
  expect((await world.call(blockDocuments.readByName, { ...by, include_secrets: true })).data).toEqual(data);
  const [found] = await world.call(blockDocuments.filter, { include_secrets: true });
  expect(found?.data).toEqual(data);
});

test("where a block is used is told", async () => {
  const { block_type_id } = await typeWithSecrets();
  const fields = { block_type_slug: "service", title: "Storage" };
  const written = { block_type_id, fields, capabilities: ["write-path"] };
  const kind = { block_type_id, block_schema_id: (await world.call(blockSchemas.create, written)).id };
  const { id } = await save("inner", kind, {});
  const none = { blocks: [], deployments: [], automations: [], work_pools: [] };
  expect(await world.call(blockUses.uses, { id })).toEqual({
    ...none,
    is_result_storage: false,
    is_whole: true,
  });
  const outer = await save("outer", kind, { part: { $ref: { block_document_id: id } } });
  const flow = await world.flow("etl");
  const job_variables = { env: { TOKEN: "{{ prefect.blocks.service.inner.token }}" } };
  const deployed = await world.call(deployments.create, { flow_id: flow.id, name: "nightly", job_variables });
  const automation = await world.call(automations.create, {
    name: "tell",
    trigger: { type: "event", posture: "Reactive", expect: ["a"], threshold: 1, within: 0 },
    actions: [{ type: "send-notification", block_document_id: id, subject: "a", body: "b" }],
  });
  await world.call(admin.setStorage, { default_result_storage_block_id: id });
  expect(await world.call(blockUses.uses, { id })).toMatchObject({
    blocks: [{ id: outer.id, name: "outer", block_type_slug: "service", field: "part" }],
    deployments: [{ id: deployed.id, name: "nightly", flow: "etl" }],
    automations: [{ id: automation.id, name: "tell" }],
    is_result_storage: true,
  });
  await expect(world.call(blockUses.uses, { id: unknown })).rejects.toMatchObject({ status: 404 });
});

test("secrets are nowhere in the database in plain text", async () => {
  const made = await save("a", await typeWithSecrets(), { token: "open sesame", url: "plain" });
  const stored = await world.store.blockDocuments.read(made.id);
  expect(JSON.stringify(stored)).toContain("plain");
  expect(JSON.stringify(stored)).not.toContain("sesame");
  const reported = await world.call(events.filter, {
    filter: { event: { prefix: ["prefect.block-document"] } },
  });
  expect(reported.events).toMatchObject([
    { event: "prefect.block-document.created", payload: { name: "a", data: { url: "plain" } } },
  ]);
  expect(JSON.stringify(reported)).not.toContain("sesame");
});

test("a mask that is sent back leaves the secret as it was", async () => {
  const { id } = await save("a", await typeWithSecrets(), data);
  await world.call(blockDocuments.update, { id, data: { ...shown, url: "new" } });
  expect(await opened(id)).toEqual({ ...data, url: "new" });
  const partly = { keys: { one: "********", four: "4" }, token: "xyz" };
  await world.call(blockDocuments.update, { id, data: partly });
  expect(await opened(id)).toEqual({ ...data, url: "new", token: "xyz", keys: { one: "1", four: "4" } });
  await world.call(blockDocuments.update, { id, data: { token: "********" }, merge_existing_data: false });
  expect(await opened(id)).toEqual({ token: "xyz" });
});

test("documents refer to documents, and are read as one", async () => {
  const kind = await typeWithSecrets();
  const leaf = await save("leaf", kind, { token: "t" });
  const middle = await save("middle", kind, { leaf: { $ref: { block_document_id: leaf.id } }, own: 1 });
  const root = await save("root", kind, { middle: { $ref: { block_document_id: middle.id } } });
  expect(root.data).toEqual({ middle: { own: 1, leaf: { token: "********" } } });
  expect(await opened(root.id)).toEqual({ middle: { own: 1, leaf: { token: "t" } } });
  expect(root.block_document_references).toMatchObject({
    middle: {
      block_document: {
        id: middle.id,
        name: "middle",
        is_anonymous: false,
        block_document_references: { leaf: { block_document: { id: leaf.id, name: "leaf" } } },
      },
    },
  });
  // Sent back as it was shown, it still is that document.
  await world.call(blockDocuments.update, { id: root.id, data: root.data });
  await world.call(blockDocuments.update, { id: leaf.id, data: { token: "changed" } });
  expect(await opened(root.id)).toEqual({ middle: { own: 1, leaf: { token: "changed" } } });
  await world.call(blockDocuments.update, { id: root.id, data: { more: 2 } });
  expect(await masked(root.id)).toMatchObject({ more: 2, middle: { own: 1 } });
  const circle = { id: leaf.id, data: { up: { $ref: { block_document_id: root.id } } } };
  await expect(world.call(blockDocuments.update, circle)).rejects.toMatchObject({ status: 400 });
  const nowhere = { up: { $ref: { block_document_id: unknown } } };
  await expect(save("b", kind, nowhere)).rejects.toMatchObject({ status: 400 });
  await expect(save("b", kind, { up: { $ref: "x" } })).rejects.toMatchObject({ status: 400 });
  await world.call(blockDocuments.delete, { id: middle.id });
  expect(await masked(root.id)).toEqual({ more: 2 });
});

test("anonymous documents need no name, and are found only on request", async () => {
  const kind = await typeWithSecrets();
  const anonymous = await world.call(blockDocuments.create, { ...kind, is_anonymous: true });
  expect(anonymous.name).toMatch(/^anonymous-/);
  await save("named", kind, {});
  const names = async (block_documents: object | null | undefined) =>
    (await world.call(blockDocuments.filter, { block_documents })).map(({ name }) => name);
  expect(await names(undefined)).toEqual(["named"]);
  expect(await names({})).toEqual(["named"]);
  expect(await names({ is_anonymous: { eq_: true } })).toEqual([anonymous.name]);
  expect(await names({ is_anonymous: null })).toEqual([anonymous.name, "named"]);
  expect(await world.call(blockDocuments.count, {})).toBe(1);
  await expect(world.call(blockDocuments.create, kind)).rejects.toMatchObject({ status: 422 });
});

test("names are taken once for each type, and a schema of another type is refused", async () => {
  const kind = await typeWithSecrets();
  const other = await typeWithSecrets("other");
  await save("a", kind, {});
  await expect(save("a", kind, {})).rejects.toMatchObject({ status: 409 });
  await save("a", other, {});
  const mixed = { ...kind, block_schema_id: other.block_schema_id };
  await expect(save("b", mixed, {})).rejects.toMatchObject({ status: 400 });
  await expect(save("b", { ...kind, block_type_id: unknown }, {})).rejects.toMatchObject({ status: 404 });
  await expect(save("Not so", kind, {})).rejects.toMatchObject({ status: 422 });
});

test("documents, types and schemas are filtered by one another", async () => {
  const { block_type_id } = await typeWithSecrets("alpha");
  const writable = await world.call(blockSchemas.create, {
    block_type_id,
    fields: { title: "second" },
    capabilities: ["write-path", "read-path"],
  });
  await typeWithSecrets("beta");
  const can = { block_schemas: { block_capabilities: { all_: ["write-path"] } } };
  const types = await world.call(blockTypes.filter, can);
  expect(types.map(({ slug }) => slug)).toEqual(["alpha"]);
  expect((await world.call(blockSchemas.filter, can)).map(({ id }) => id)).toEqual([writable.id]);
  expect(await world.call(blockTypes.filter, { block_types: { name: { like_: "ET" } } })).toMatchObject([
    { slug: "beta" },
  ]);
  await save("kept", { block_type_id, block_schema_id: writable.id }, {});
  expect(await world.call(blockDocuments.filter, can)).toMatchObject([{ name: "kept" }]);
  const ofBeta = { block_types: { slug: { any_: ["beta"] } } };
  expect(await world.call(blockDocuments.count, ofBeta)).toBe(0);
  expect(await world.call(blockSchemas.capabilities, {})).toEqual(["read-path", "write-path"]);
  expect(await world.call(blockDocuments.listOfType, { slug: "alpha" })).toMatchObject([{ name: "kept" }]);
});

test("a schema is known by its checksum; the same one is not made twice", async () => {
  const { id: block_type_id } = await world.call(blockTypes.create, { name: "X", slug: "x" });
  const create = async (fields: string) => {
    const body = `{"block_type_id": "${block_type_id}", "fields": ${fields}}`;
    const request = new Request("http://praetor.test/api/block_schemas/", { method: "POST", body });
    const response = await world.fetch(request);
    return { status: response.status, schema: await response.json() };
  };
  // Computed by Prefect 3.8.8 for these fields.
  const fields = `{"title": "Zürich 🎈", "b": {"default": 1.0}, "a": [1e-05, 1e16, 12345678901234567890], "secret_fields": ["b"],
    "properties": {"m": {"$ref": "#/definitions/Model"}}, "definitions": {"Model": {"type": "object"}, "Unused": {"type": "object"}}}`;
  const { status, schema } = await create(fields);
  expect(status).toBe(201);
  expect(schema.checksum).toBe("sha256:42b8fbc341aa00cfd522016435625a32b7d0bb064573fa4a3279139f925439c0");
  expect((await create(fields.replace('["b"]', "[]"))).status).toBe(200);
  expect((await create(fields.replace("1.0", "1"))).status).toBe(201);
  const by = { checksum: schema.checksum, version: "non-versioned" };
  expect((await world.call(blockSchemas.readByChecksum, by)).id).toBe(schema.id);
  await expect(world.call(blockSchemas.readByChecksum, { ...by, version: "2" })).rejects.toMatchObject({
    status: 404,
  });
});

test("a schema that holds blocks of a type no one has registered is refused", async () => {
  const { id: block_type_id } = await world.call(blockTypes.create, { name: "X", slug: "x" });
  const fields = { block_schema_references: { inner: [{ block_type_slug: "nobody" }] } };
  await expect(world.call(blockSchemas.create, { block_type_id, fields })).rejects.toMatchObject({
    status: 409,
  });
});

test("built-in types are created once, and stay deleted when users delete them", async () => {
  await seedBlocks(world.store);
  const secret = await world.call(blockTypes.readBySlug, { slug: "secret" });
  expect(secret).toMatchObject({ name: "Secret", is_protected: true });
  const types = await world.call(blockTypes.filter, {});
  const webhook = types.find(({ slug }) => slug === "slack-webhook");
  await world.call(blockTypes.update, { id: secret.id, description: "ours" });
  await world.call(blockTypes.delete, { id: String(webhook?.id) });
  const seq = world.store.seq();
  await seedBlocks(world.store);
  expect(world.store.seq()).toBe(seq);
  expect(await world.call(blockTypes.filter, {})).toHaveLength(types.length - 1);
  expect((await world.call(blockTypes.read, { id: secret.id })).description).toBe("ours");
  expect(await world.call(blockTypes.install, {})).toBeNull();
  await expect(world.call(blockTypes.delete, { id: secret.id })).rejects.toMatchObject({ status: 403 });
  const [schema] = await world.call(blockSchemas.filter, {
    block_schemas: { block_type_id: { any_: [secret.id] } },
  });
  await expect(world.call(blockSchemas.delete, { id: String(schema?.id) })).rejects.toMatchObject({
    status: 403,
  });
  const reserved = { name: "Prefect thing", slug: "prefect-thing" };
  await expect(world.call(blockTypes.create, reserved)).rejects.toMatchObject({ status: 403 });
  const taken = { name: "Another", slug: "secret" };
  await expect(world.call(blockTypes.create, taken)).rejects.toMatchObject({ status: 409 });
});

test("results are kept in a block that can be written to, as long as it is there", async () => {
  await seedBlocks(world.store);
  const kindOf = async (slug: string) => {
    const { id: block_type_id } = await world.call(blockTypes.readBySlug, { slug });
    const [schema] = await world.call(blockSchemas.filter, {
      block_schemas: { block_type_id: { any_: [block_type_id] } },
    });
    return { block_type_id, block_schema_id: String(schema?.id) };
  };
  const none = { default_result_storage_block_id: null };
  const folder = await save("results", await kindOf("local-file-system"), { basepath: "/tmp" });
  const secret = await save("s", await kindOf("secret"), { value: "x" });
  const setTo = (id: string) => world.call(admin.setStorage, { default_result_storage_block_id: id });
  expect(await world.call(admin.storage, {})).toEqual(none);
  await expect(setTo(unknown)).rejects.toMatchObject({ status: 404 });
  await expect(setTo(secret.id)).rejects.toMatchObject({ status: 422 });
  const chosen = { default_result_storage_block_id: folder.id };
  expect(await setTo(folder.id)).toEqual(chosen);
  expect(await world.call(admin.storage, {})).toEqual(chosen);
  await world.call(blockDocuments.delete, { id: folder.id });
  expect(await world.call(admin.storage, {})).toEqual(none);
  await world.call(admin.clearStorage, {});
});
