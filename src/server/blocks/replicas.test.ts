import { afterEach, beforeEach, expect, test } from "vitest";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { Settings } from "../../schema/settings.ts";
import { openStore, type Store } from "../../store/store.ts";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import type { TestDatabase } from "../../testing/postgres-service.ts";
import { Documents } from "./documents.ts";
import { seedBlocks } from "./seeds.ts";
import { systemBlocks } from "./system-blocks.ts";
import { Vault } from "./vault.ts";

await describeOnPostgres("blocks on several servers with one database", (databases) => {
  let database: TestDatabase;
  let stores: Store[];
  beforeEach(async () => {
    database = await databases.create();
    stores = await Promise.all([1, 2, 3].map(() => openStore({ path: database.url })));
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await databases.drop(database);
  });

  const [old, next] = ["the key before", "the key of today"].map((key) => key.padEnd(20, "!"));
  const server = (store: Store, encryptionKey = old, encryptionKeyOld?: string) => {
    const settings = Settings.parse({ home: "/nowhere", encryptionKey, encryptionKeyOld });
    const vault = new Vault(store, settings);
    return { store, vault, documents: new Documents(store, vault, Date.now) };
  };
  async function save({ store, documents }: ReturnType<typeof server>, name: string): Promise<BlockDocument> {
    const { id: block_type_id = "" } = (await store.blockTypes.readBySlug("secret")) ?? {};
    const ofType = { block_schemas: { block_type_id: { any_: [block_type_id] } } };
    const [schema] = await store.blockSchemas.filter(blockSchemas.filter.input.parse(ofType));
    const input = { name, data: { value: name }, block_type_id, block_schema_id: schema?.id };
    return documents.create(blockDocuments.create.input.parse(input));
  }
  const secretIn = async ({ documents }: ReturnType<typeof server>, id: string) =>
    (await documents.read(id, true))?.data.value;

  test("types are created once by servers that start concurrently", async () => {
    await Promise.all(stores.map(seedBlocks));
    const types = await stores[0]?.blockTypes.filter(blockTypes.filter.input.parse({}));
    expect(types?.map(({ slug }) => slug).sort()).toEqual(systemBlocks.map(({ slug }) => slug).sort());
  });

  test("the first secrets of all servers are encrypted with one key", async () => {
    await Promise.all(stores.map(seedBlocks));
    const servers = stores.map((store) => server(store));
    const made = await Promise.all(servers.map((one, at) => save(one, `first-${at}`)));
    for (const one of servers) {
      const values = await Promise.all(made.map(({ id }) => secretIn(one, id)));
      expect(values).toEqual(["first-0", "first-1", "first-2"]);
    }
  });

  test("a key rotated during writes leaves no secret with the old key", async () => {
    await Promise.all(stores.map(seedBlocks));
    const [writing, changing, third] = stores;
    if (!writing || !changing || !third) throw new Error("expected three stores");
    const before = server(writing);
    const first = await save(before, "first");
    const saved = Array.from({ length: 8 }, (_, n) => save(before, `more-${n}`));
    const after = server(changing, next, old);
    const [doubt, ...outcomes] = await Promise.all([
      after.vault.open(),
      ...saved.map((one) => one.catch((error: unknown) => error)),
    ]);
    expect(doubt).toBeUndefined();
    const kept = outcomes.filter((outcome): outcome is BlockDocument => !(outcome instanceof Error));
    for (const { id, name } of [first, ...kept]) expect(await secretIn(server(third, next), id)).toBe(name);
    for (const outcome of outcomes)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ status: 423 });
    await expect(save(before, "late")).rejects.toMatchObject({ status: 423 });
  });
});
