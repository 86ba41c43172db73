import { ApiError, type Client } from "../../client/client.ts";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { UserError } from "../user-error.ts";

/** The block named `TYPE/NAME`. */
export async function find(client: Client, block: string): Promise<BlockDocument> {
  const [slug, name, ...rest] = block.split("/");
  if (!slug || !name || rest.length > 0)
    throw new UserError(`Expected TYPE/NAME, got ${JSON.stringify(block)}.`);
  const found = await findNamed(client, slug, name);
  if (!found) throw new UserError(`No block ${block}.`);
  return found;
}

export async function findNamed(
  client: Client,
  slug: string,
  name: string,
): Promise<BlockDocument | undefined> {
  try {
    return await client.call(blockDocuments.readByName, { slug, name });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
