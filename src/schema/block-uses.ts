import { z } from "zod";
import { routes } from "./route.ts";
import { byId } from "./scalars.ts";

/** Most rows of each list of uses. */
export const mostUses = 50;

const Named = z.object({ id: z.string(), name: z.string() });

/** What refers to a block document; of each noun the first ones by name. */
export const BlockUses = z.object({
  /** Blocks that hold it in one of their fields. */
  blocks: z.array(Named.extend({ block_type_slug: z.string(), field: z.string() })),
  /** Deployments with it as storage or infrastructure, or in their templates. */
  deployments: z.array(Named.extend({ flow: z.string() })),
  automations: z.array(Named),
  work_pools: z.array(Named),
  /** Whether it is the default storage of results. */
  is_result_storage: z.boolean(),
  /** False where more of a noun refer to it. */
  is_whole: z.boolean(),
});
export type BlockUses = z.infer<typeof BlockUses>;

export const blockUses = routes("block-documents", {
  uses: { method: "GET", path: "/praetor/block_documents/:id/uses", input: byId, output: BlockUses },
});
