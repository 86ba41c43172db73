import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { type BlockType, blockTypes } from "../../schema/block-types.ts";
import { blockUses } from "../../schema/block-uses.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { checksumOf } from "../blocks/checksums.ts";
import type { Documents } from "../blocks/documents.ts";
import { installSystemBlocks } from "../blocks/seeds.ts";
import { type Api, created, done, found, serve } from "../serve.ts";

const unknownType = "Block type not found";
const unknownSchema = "Block schema not found";
const unknownDocument = "Block document not found";

export function serveBlocks(api: Api, store: Store, documents: Documents): void {
  serveTypes(api, store);
  serveSchemas(api, store);
  serve(api, blockDocuments.create, (input) => documents.create(input));
  serve(api, blockDocuments.filter, (input) => documents.filter(input));
  serve(api, blockDocuments.count, (input) => store.blockDocuments.count(input));
  serve(api, blockDocuments.read, async ({ id, include_secrets }) =>
    found(await documents.read(id, include_secrets), unknownDocument),
  );
  serve(api, blockUses.uses, async ({ id }) => found(await store.blockDocuments.uses(id), unknownDocument));
  serve(api, blockDocuments.update, async (input) => done(await documents.update(input), unknownDocument));
  serve(api, blockDocuments.delete, async ({ id }) =>
    done(await store.blockDocuments.delete(id), unknownDocument),
  );
  serve(api, blockDocuments.listOfType, async ({ slug, include_secrets }) => {
    const { id } = found(await store.blockTypes.readBySlug(slug), unknownType);
    const ofType = { block_documents: { block_type_id: { any_: [id] } } };
    return documents.filter(blockDocuments.filter.input.parse({ ...ofType, include_secrets }));
  });
  serve(api, blockDocuments.readByName, async ({ slug, name, include_secrets }) =>
    found(await documents.readByName(slug, name, include_secrets), unknownDocument),
  );
}

function serveTypes(api: Api, store: Store): void {
  const { blockTypes: rows } = store;
  serve(api, blockTypes.create, (input) => {
    if (/^prefect/i.test(input.name)) {
      throw problem("forbidden", "Block type names beginning with 'Prefect' are reserved.");
    }
    return rows.create(input);
  });
  serve(api, blockTypes.filter, (input) => rows.filter(input));
  serve(api, blockTypes.install, async () => {
    await installSystemBlocks(store);
    return null;
  });
  serve(api, blockTypes.read, async ({ id }) => found(await rows.read(id), unknownType));
  serve(api, blockTypes.readBySlug, async ({ slug }) => found(await rows.readBySlug(slug), unknownType));
  // Also for protected types: every Prefect client that registers one sends its own description.
  serve(api, blockTypes.update, async (input) => done(await rows.update(input), unknownType));
  serve(api, blockTypes.delete, async ({ id }) => {
    // Clients match this message.
    refuseProtected(await rows.read(id), "protected block types cannot be deleted.");
    return done(await rows.delete(id), unknownType);
  });
}

function serveSchemas(api: Api, { blockSchemas: rows }: Store): void {
  serve(api, blockSchemas.create, async (input, c) =>
    created(await rows.create({ ...input, checksum: checksumOf(c.env.body ?? "{}") })),
  );
  serve(api, blockSchemas.filter, (input) => rows.filter(input));
  serve(api, blockSchemas.capabilities, () => rows.capabilities());
  serve(api, blockSchemas.read, async ({ id }) => found(await rows.read(id), unknownSchema));
  serve(api, blockSchemas.readByChecksum, async ({ checksum, version }) =>
    found(await rows.readByChecksum(checksum, version), unknownSchema),
  );
  serve(api, blockSchemas.delete, async ({ id }) => {
    const schema = await rows.read(id);
    refuseProtected(schema?.block_type, "Block schemas for protected block types cannot be deleted.");
    return done(await rows.delete(id), unknownSchema);
  });
}

function refuseProtected(type: BlockType | null | undefined, message: string): void {
  if (type?.is_protected) throw problem("forbidden", message);
}
