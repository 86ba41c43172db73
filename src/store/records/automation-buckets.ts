import { createHash } from "node:crypto";
import type { AutomationTables } from "../automation-tables.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { StoredBucket } from "./automation-rows.ts";

export type BucketRow = AutomationTables["automation_bucket"];

export const bucketKey = (id: string): string => createHash("sha256").update(id).digest("hex");

export const bucketFrom = ({ place: _, ...bucket }: BucketRow): StoredBucket => bucket;

export function writeBucket(scope: WriteScope, stored: StoredBucket): void {
  const { due, bucket } = stored;
  scope.write(
    scope.dialect.build
      .insertInto("automation_bucket")
      .values({ ...stored, place: bucketKey(stored.id) })
      .onConflict((conflict) => conflict.column("place").doUpdateSet({ due, bucket })),
  );
}
