import type { Store, Tx } from "../../store/store.ts";
import { checksumOf } from "./checksums.ts";
import type { SystemBlock } from "./system-block.ts";
import { schemaFieldsOf, systemBlocks } from "./system-blocks.ts";

/** Records which were created: types that users delete afterwards stay deleted. */
const seededKey = "seeded-blocks";
const logos =
  "https://raw.githubusercontent.com/PrefectHQ/prefect/420d0d6a78bb6df1fc18bcf188fdad43c1d22ea9/assets/block-logos";

const nameOf = (block: SystemBlock) => `${block.slug} ${schemaOf(block).checksum}`;

/** Creates the block types that clients expect in a store that never had them. Reads one row when there is nothing to do. */
export async function seedBlocks(store: Store): Promise<void> {
  const names = systemBlocks.map(nameOf);
  const isSeeded = (known: readonly string[]) => names.every((name) => known.includes(name));
  if (isSeeded(seeded(await store.configuration.read(seededKey)))) return;
  await store.transaction(async (tx) => {
    const known = seeded(await tx.configuration.hold(seededKey));
    if (isSeeded(known)) return;
    await put(
      tx,
      systemBlocks.filter((block) => !known.includes(nameOf(block))),
    );
    await tx.configuration.write(seededKey, [...new Set([...known, ...names])]);
  });
}

/** Restores the types that the server itself needs. */
export const installSystemBlocks = (store: Store): Promise<void> =>
  store.transaction((tx) =>
    put(
      tx,
      systemBlocks.filter(({ isProtected }) => isProtected),
    ),
  );

const seeded = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

async function put(tx: Tx, blocks: readonly SystemBlock[]): Promise<void> {
  for (const block of blocks) {
    const { slug, name, description, documentation: documentation_url, isProtected = false } = block;
    const logo_url = `${logos}/${block.logo}.png`;
    const type = { slug, name, description, documentation_url, logo_url, code_example: null };
    await tx.blockTypes.seed({ type, isProtected, schema: schemaOf(block) });
  }
}

/** Known by its checksum to clients of the version in which it looks like that. */
function schemaOf(block: SystemBlock) {
  const fields = schemaFieldsOf(block);
  const { checksum = checksumOf(JSON.stringify({ fields })) } = block;
  return { fields, checksum, capabilities: [...block.capabilities], version: block.checksum ? "3.8.8" : "1" };
}
