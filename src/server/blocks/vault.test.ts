import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { Settings } from "../../schema/settings.ts";
import { openStore, type Store } from "../../store/store.ts";
import { Documents } from "./documents.ts";
import { seedBlocks } from "./seeds.ts";
import { Vault } from "./vault.ts";

// Servers with different settings on one database.

let home: string;
let store: Store;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "praetor-vault-"));
  store = await openStore({ path: ":memory:" });
  await seedBlocks(store);
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true });
});

const [first, second] = ["the first key of all", "the second key of all"];
const file = () => join(home, "encryption.key");

async function server(settings: Partial<Settings> = {}) {
  const vault = new Vault(store, Settings.parse({ home, ...settings }));
  const doubt = await vault.open();
  const documents = new Documents(store, vault, Date.now);
  return { doubt, documents };
}

async function save(documents: Documents, name: string, value: string) {
  const type = await store.blockTypes.readBySlug("secret");
  const [schema] = await store.blockSchemas.filter(
    blockSchemas.filter.input.parse({ block_schemas: { block_type_id: { any_: [type?.id ?? ""] } } }),
  );
  const input = { name, data: { value }, block_type_id: type?.id, block_schema_id: schema?.id };
  return documents.create(blockDocuments.create.input.parse(input));
}
const value = async (documents: Documents, id: string) => (await documents.read(id, true))?.data.value;

test("without a setting a key file readable only by its owner is created with the first secret", async () => {
  const { documents } = await server();
  expect(existsSync(file())).toBe(false);
  const { id } = await save(documents, "a", "hidden");
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(file(), "utf8").trim()).toMatch(/^[0-9a-f]{64}$/);
  expect(await value((await server()).documents, id)).toBe("hidden");
});

test("a server with a different key reports it, and neither reads nor writes secrets", async () => {
  const { documents } = await server({ encryptionKey: first });
  const { id } = await save(documents, "a", "hidden");
  const other = await server({ encryptionKey: second });
  expect(other.doubt).toMatch(/encrypted with another key.*PRAETOR_ENCRYPTION_KEY/);
  const refused = { status: 423, message: other.doubt };
  await expect(other.documents.read(id, true)).rejects.toMatchObject(refused);
  await expect(save(other.documents, "b", "more")).rejects.toMatchObject(refused);
  expect((await other.documents.read(id, false))?.data).toEqual({ value: "********" });
  expect(await value(documents, id)).toBe("hidden");
});

test("with the old key beside the new one all secrets are re-encrypted", async () => {
  const before = await server({ encryptionKey: first });
  const { id } = await save(before.documents, "a", "hidden");
  const after = await server({ encryptionKey: second, encryptionKeyOld: first });
  expect(after.doubt).toBeUndefined();
  expect(await value(after.documents, id)).toBe("hidden");
  expect(await value((await server({ encryptionKey: second })).documents, id)).toBe("hidden");
  // A server that still has the old key must not write with it.
  await expect(save(before.documents, "b", "more")).rejects.toMatchObject({ status: 423 });
  await expect(value(before.documents, id)).rejects.toMatchObject({ status: 423 });
});

test("a newly started server updates secrets that another has written", async () => {
  const { id } = await save((await server({ encryptionKey: first })).documents, "a", "hidden");
  const vault = new Vault(store, Settings.parse({ home, encryptionKey: first }));
  const documents = new Documents(store, vault, Date.now);
  const change = blockDocuments.update.input.parse({ id, data: { value: "changed" } });
  expect(await documents.update(change)).toBe(true);
  expect(await value(documents, id)).toBe("changed");
});

test("a setting takes over from the file", async () => {
  const { id } = await save((await server()).documents, "a", "hidden");
  expect(await value((await server({ encryptionKey: first })).documents, id)).toBe("hidden");
  rmSync(file());
  expect(await value((await server({ encryptionKey: first })).documents, id)).toBe("hidden");
});

test("the secrets of one document cannot be moved to another", async () => {
  const { documents } = await server({ encryptionKey: first });
  const [one, other] = [await save(documents, "a", "mine"), await save(documents, "b", "yours")];
  const stored = await store.blockDocuments.read(other.id);
  await store.blockDocuments.replaceSecrets(one.id, stored?.secrets ?? "");
  await expect(value(documents, one.id)).rejects.toThrow();
});

test("a database in memory needs no file", async () => {
  const { documents } = await server({ databaseUrl: ":memory:" });
  const { id } = await save(documents, "a", "hidden");
  expect(await value(documents, id)).toBe("hidden");
  expect(existsSync(file())).toBe(false);
});

test("types without secrets need no key", async () => {
  const { documents } = await server();
  const type = await store.blockTypes.create(blockTypes.create.input.parse({ name: "Open", slug: "open" }));
  const { row } = await store.blockSchemas.create({
    ...{ block_type_id: type.id, fields: {}, capabilities: [], version: "1", checksum: "sha256:0" },
  });
  const input = { name: "a", data: { value: 1 }, block_type_id: type.id, block_schema_id: row.id };
  const { id } = await documents.create(blockDocuments.create.input.parse(input));
  expect(await value(documents, id)).toBe(1);
  expect(existsSync(file())).toBe(false);
});
