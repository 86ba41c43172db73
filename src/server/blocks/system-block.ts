import type { Json } from "../../schema/scalars.ts";

/** A built-in block type. */
export interface SystemBlock {
  slug: string;
  name: string;
  /** Name of the class that clients have for it. */
  title: string;
  description: string;
  logo: string;
  documentation: string;
  /** The checksum that Prefect 3.8.8 clients request: it covers their field descriptions, which ours replace. */
  checksum?: string;
  capabilities: readonly string[];
  fields: Record<string, Json>;
  required: readonly string[];
  secrets: readonly string[];
  definitions?: Json;
  isProtected?: boolean;
}
