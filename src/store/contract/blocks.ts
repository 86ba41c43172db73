import { expect, test } from "vitest";
import { BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { BlockSchema, blockSchemas } from "../../schema/block-schemas.ts";
import { BlockType, blockTypes } from "../../schema/block-types.ts";
import { deployments } from "../../schema/deployments.ts";
import { EventFilter } from "../../schema/events.ts";
import { savedSearches } from "../../schema/saved-searches.ts";
import { workPools } from "../../schema/work-pools.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow } from "../../testing/store-writer.ts";
import { configurationKeys } from "../records/configuration.ts";

const unknown = "00000000-0000-4000-8000-000000000000";
const newType = (slug: string) => blockTypes.create.input.parse({ name: slug.toUpperCase(), slug });

async function makeKind({ store }: Fixture, slug = "alpha", capabilities: string[] = []) {
  const type = await store.blockTypes.create(newType(slug));
  const input = { fields: { block_type_slug: slug }, capabilities, version: "1", checksum: `sha256:${slug}` };
  const { row } = await store.blockSchemas.create({ ...input, block_type_id: type.id });
  return { block_type_id: type.id, block_schema_id: row.id };
}

type Kind = Awaited<ReturnType<typeof makeKind>>;
let made = 0;
const save = ({ store }: Fixture, kind: Kind, name: string, more: object = {}) =>
  store.blockDocuments.create({
    ...{ ...kind, id: `00000000-0000-4000-9000-${String(++made).padStart(12, "0")}`, name },
    ...{ is_anonymous: false, data: { at: name }, secrets: null, references: {}, ...more },
  });

async function namesOf({ store }: Fixture, input: object): Promise<string[]> {
  const blocks = await store.blockDocuments.filter(blockDocuments.filter.input.parse(input));
  return blocks.map(({ document }) => document.name);
}

async function toldOf({ store }: Fixture, prefix: string) {
  const filter = EventFilter.parse({ event: { prefix: [prefix] }, order: "ASC" });
  return (await store.events.filter(filter, { limit: 9 })).events;
}

export function blockTypeContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("types are created once, published, changed and deleted with all their rows", async () => {
    const { store } = fixture;
    const kind = await makeKind(fixture);
    const type = await store.blockTypes.readBySlug("alpha");
    expect(BlockType.parse(type)).toEqual(type);
    await expect(store.blockTypes.create(newType("alpha"))).rejects.toMatchObject({ code: "conflict" });
    const namesake = await store.blockTypes.create({ ...newType("other"), name: "ALPHA" });
    await store.blockTypes.delete(namesake.id);
    expect(await store.blockTypes.update({ id: kind.block_type_id, description: "new" })).toBe(true);
    expect(await store.blockTypes.update({ id: unknown, description: "new" })).toBe(false);
    await save(fixture, kind, "a");
    expect(await store.blockTypes.delete(kind.block_type_id)).toBe(true);
    expect(await store.blockTypes.delete(kind.block_type_id)).toBe(false);
    expect(await store.blockSchemas.read(kind.block_schema_id)).toBeUndefined();
    expect(await namesOf(fixture, {})).toEqual([]);
    const events = await toldOf(fixture, "prefect.block-type");
    const ofAlpha = events.filter(({ payload }) => payload.slug === "alpha");
    expect(ofAlpha.map(({ event, payload }) => [event, payload.description])).toEqual([
      ["prefect.block-type.created", null],
      ["prefect.block-type.updated", "new"],
      ["prefect.block-type.deleted", "new"],
    ]);
  });

  test("seeding creates only missing rows", async () => {
    const { store } = fixture;
    const schema = { fields: { title: "A" }, capabilities: ["notify"], version: "1", checksum: "sha256:a" };
    const seed = { type: newType("alpha"), isProtected: true, schema };
    await store.blockTypes.seed(seed);
    const first = await store.blockTypes.readBySlug("alpha");
    await store.blockTypes.update({ id: first?.id ?? "", description: "ours" });
    await store.blockTypes.seed({ ...seed, schema: { ...schema, fields: { title: "B" } } });
    expect(await store.blockTypes.readBySlug("alpha")).toMatchObject({
      ...{ id: first?.id, description: "ours", is_protected: true },
    });
    expect(await store.blockSchemas.readByChecksum("sha256:a")).toMatchObject({ fields: { title: "A" } });
  });

  test("schemas are found by checksum and version, newest first", async () => {
    const { store, clock } = fixture;
    const { block_type_id, block_schema_id } = await makeKind(fixture, "alpha", ["read-path"]);
    const input = { block_type_id, fields: { title: "T" }, capabilities: ["write-path", "read-path"] };
    clock.advance(1000);
    const second = await store.blockSchemas.create({ ...input, version: "2", checksum: "sha256:alpha" });
    expect(second.isNew).toBe(true);
    expect(BlockSchema.parse(second.row)).toEqual(second.row);
    expect(await store.blockSchemas.read(second.row.id)).toEqual(second.row);
    const again = await store.blockSchemas.create({ ...input, version: "2", checksum: "sha256:alpha" });
    expect(again).toEqual({ row: second.row, isNew: false });
    expect((await store.blockSchemas.readByChecksum("sha256:alpha"))?.id).toBe(second.row.id);
    expect((await store.blockSchemas.readByChecksum("sha256:alpha", "1"))?.id).toBe(block_schema_id);
    expect(await store.blockSchemas.readByChecksum("sha256:alpha", "3")).toBeUndefined();
    const all = await store.blockSchemas.filter(blockSchemas.filter.input.parse({}));
    expect(all.map(({ version }) => version)).toEqual(["2", "1"]);
    expect(await store.blockSchemas.capabilities()).toEqual(["read-path", "write-path"]);
    const orphan = { ...input, block_type_id: unknown, version: "1", checksum: "sha256:x" };
    await expect(store.blockSchemas.create(orphan)).rejects.toMatchObject({ code: "not-found" });
    expect(await store.blockSchemas.delete(second.row.id)).toBe(true);
    expect(await store.blockSchemas.delete(second.row.id)).toBe(false);
  });
}

export function blockDocumentContract(open: OpenStore): void {
  const fixture = freshStore(open);
  const names = (input: object) => namesOf(fixture, input);

  test("documents are found by name, type and capabilities", async () => {
    const { store } = fixture;
    const alpha = await makeKind(fixture, "alpha");
    const beta = await makeKind(fixture, "beta", ["notify"]);
    await save(fixture, beta, "b");
    await save(fixture, alpha, "c");
    await save(fixture, alpha, "a");
    await save(fixture, alpha, "hidden", { is_anonymous: true });
    expect(await names({})).toEqual(["a", "b", "c"]);
    expect(await names({ sort: "NAME_DESC", limit: 2 })).toEqual(["c", "b"]);
    expect(await names({ sort: "BLOCK_TYPE_AND_NAME_ASC", offset: 1 })).toEqual(["c", "b"]);
    expect(await names({ block_documents: { name: { like_: "A" } } })).toEqual(["a"]);
    expect(await names({ block_documents: { operator: "or_", name: { any_: ["a"] } } })).toEqual(["a"]);
    expect(await names({ block_documents: { is_anonymous: null } })).toEqual(["a", "b", "c", "hidden"]);
    expect(await names({ block_types: { slug: { any_: ["beta"] } } })).toEqual(["b"]);
    expect(await names({ block_schemas: { block_capabilities: { all_: ["notify"] } } })).toEqual(["b"]);
    expect(await names({ block_documents: { block_type_id: { any_: [] } } })).toEqual([]);
    const count = (input: object) => store.blockDocuments.count(blockDocuments.count.input.parse(input));
    expect([await count({}), await count({ block_types: { name: { like_: "alp" } } })]).toEqual([3, 2]);
    expect((await store.blockDocuments.readByName("alpha", "hidden"))?.document.is_anonymous).toBe(true);
    expect(await store.blockDocuments.readByName("beta", "a")).toBeUndefined();
    await expect(save(fixture, alpha, "a")).rejects.toMatchObject({ code: "conflict" });
  });

  test("documents include their references, which may not be cyclic", async () => {
    const { store } = fixture;
    const kind = await makeKind(fixture);
    const leaf = await save(fixture, kind, "leaf", { secrets: "sealed" });
    const one = await save(fixture, kind, "one", { references: { leaf: leaf.document.id } });
    const two = await save(fixture, kind, "two", {
      references: { leaf: leaf.document.id, one: one.document.id },
    });
    expect(two.references.one?.references.leaf).toEqual(leaf);
    expect(two.references.leaf?.secrets).toBe("sealed");
    const shown = { ...two.document, block_document_references: {} };
    expect(BlockDocument.parse(shown)).toEqual(shown);
    expect(await store.blockDocuments.read(two.document.id)).toEqual(two);
    const { block_schema_id, data, id } = leaf.document;
    const content = { block_schema_id, data, secrets: null };
    for (const target of [two.document.id, id, unknown]) {
      const change = store.blockDocuments.update(id, { ...content, references: { up: target } });
      await expect(change).rejects.toMatchObject({ code: "bad-request" });
    }
    expect(await store.blockDocuments.update(two.document.id, { ...content, references: {} })).toBe(true);
    expect((await store.blockDocuments.read(two.document.id))?.references).toEqual({});
    expect(await store.blockDocuments.update(unknown, { ...content, references: {} })).toBe(false);
    expect(await store.blockDocuments.listSecrets()).toEqual([{ id, secrets: "sealed" }]);
    await store.blockDocuments.replaceSecrets(id, "anew");
    expect((await store.blockDocuments.read(id))?.secrets).toBe("anew");
  });
}

export function blockDeletionContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("no reference to a deleted document remains", async () => {
    const { store } = fixture;
    const kind = await makeKind(fixture);
    const { id } = (await save(fixture, kind, "storage")).document;
    const parent = await save(fixture, kind, "parent", { references: { child: id } });
    const { row: deployment } = await store.deployments.create(
      deployments.create.input.parse({
        ...{ name: "d", flow_id: (await makeFlow(fixture)).id, storage_document_id: id },
      }),
    );
    const pool = await store.workPools.create(
      workPools.create.input.parse({
        ...{ name: "pool", type: "process", storage_configuration: { default_result_storage_block_id: id } },
      }),
    );
    const chosen = { default_result_storage_block_id: id };
    await store.configuration.write(configurationKeys.resultStorage, chosen);
    expect(await store.blockDocuments.delete(id)).toBe(true);
    expect(await store.blockDocuments.delete(id)).toBe(false);
    expect((await store.blockDocuments.read(parent.document.id))?.references).toEqual({});
    expect((await store.deployments.read(deployment.id))?.storage_document_id).toBeNull();
    expect(await store.configuration.read(configurationKeys.resultStorage)).toBeUndefined();
    const after = await store.workPools.read(pool.id);
    expect(after?.storage_configuration.default_result_storage_block_id).toBeNull();
  });

  test("documents are read as the live channel tells them: with what they hold, and without secrets", async () => {
    const kind = await makeKind(fixture);
    const { changes, names } = recordChanges(fixture.store, (noun) => noun === "block-documents");
    const inner = await save(fixture, kind, "inner");
    const { document } = inner;
    const outer = await save(fixture, kind, "outer", { references: { part: document.id } });
    const rows = await fixture.store.blockDocuments.readMany([outer.document.id]);
    expect(rows).toMatchObject([{ name: "outer", data: { at: "outer", part: { at: "inner" } } }]);
    expect(BlockDocument.array().parse(rows)).toEqual(rows);
    expect(await fixture.store.blockDocuments.uses(document.id)).toMatchObject({
      ...{ blocks: [{ name: "outer", field: "part" }], deployments: [], is_result_storage: false },
    });
    const created = ["block-documents created", "block-documents created"];
    await eventually(names).toEqual(created);
    expect(changes[1]?.row).toMatchObject({ name: "outer" });
    await fixture.store.blockTypes.delete(kind.block_type_id);
    await eventually(names).toEqual([...created, "block-documents deleted", "block-documents deleted"]);
  });

  test("changes of named documents are published, those of anonymous ones and masks are not", async () => {
    const { store } = fixture;
    const kind = await makeKind(fixture, "alpha", ["notify"]);
    const data = { url: "plain", token: "********", number: 1 };
    const { id } = (await save(fixture, kind, "a", { data, secrets: "sealed" })).document;
    await save(fixture, kind, "b", { is_anonymous: true });
    await store.blockDocuments.delete(id);
    const events = await toldOf(fixture, "prefect.block-document");
    expect(events.map(({ event }) => event)).toEqual([
      ...["prefect.block-document.created", "prefect.block-document.deleted"],
    ]);
    expect(events[0]).toMatchObject({
      resource: { "prefect.resource.id": `prefect.block-document.${id}`, "prefect.resource.name": "a" },
      payload: {
        name: "a",
        data: { url: "plain" },
        block_schema: { capabilities: ["notify"], block_type: { id: kind.block_type_id, name: "ALPHA" } },
      },
      related: [
        { "prefect.resource.id": `prefect.block-type.${kind.block_type_id}` },
        { "prefect.resource.id": `prefect.block-schema.${kind.block_schema_id}` },
      ],
    });
    expect(JSON.stringify(events)).not.toContain("sealed");
  });
}

export function configurationContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("the configuration keeps what was written last, or first", async () => {
    const { configuration } = fixture.store;
    expect(await configuration.read("a")).toBeUndefined();
    await configuration.write("a", { n: 1 });
    await configuration.write("a", { n: 2 });
    expect(await configuration.read("a")).toEqual({ n: 2 });
    expect(await configuration.writeOnce("a", { n: 3 })).toEqual({ n: 2 });
    expect(await configuration.writeOnce("b", [4])).toEqual([4]);
    expect(await fixture.store.transaction((tx) => tx.configuration.hold("b"))).toEqual([4]);
    await configuration.delete("a");
    expect(await configuration.read("a")).toBeUndefined();
  });

  test("saved searches are kept by name", async () => {
    const { store } = fixture;
    const put = (name: string, value: unknown) => {
      const filters = [{ object: "flow_run", property: "name", type: "string", operation: "equals", value }];
      return store.savedSearches.put(savedSearches.put.input.parse({ name, filters }));
    };
    const { row: late, isNew } = await put("late", "x");
    expect(isNew).toBe(true);
    await put("early", 1);
    const again = await put("late", null);
    expect(again).toMatchObject({ row: { id: late.id, filters: [{ value: null }] }, isNew: false });
    const all = await store.savedSearches.filter(savedSearches.filter.input.parse({}));
    expect(all.map(({ name }) => name)).toEqual(["early", "late"]);
    expect(await store.savedSearches.read(late.id)).toEqual(again.row);
    const layout = { id: late.id, columns: ["state", "param.region"], group: "tag.team" };
    expect(await store.viewLayouts.put({ ...layout, group: null })).toBe(true);
    expect(await store.viewLayouts.put(layout)).toBe(true);
    expect(await store.viewLayouts.put({ ...layout, id: unknown })).toBe(false);
    await put("late", "y");
    expect(await store.viewLayouts.list()).toEqual([layout]);
    expect(await store.savedSearches.delete(late.id)).toBe(true);
    expect(await store.viewLayouts.list()).toEqual([]);
    expect(await store.savedSearches.delete(late.id)).toBe(false);
  });
}
