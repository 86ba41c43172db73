import { type Bucket, openedAt } from "../../rules/triggers.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Trigger } from "../../schema/triggers.ts";
import type { StoredBucket } from "../../store/records/automation-rows.ts";
import type { Tx } from "../../store/store.ts";

type Owner = Pick<StoredBucket, "automation_id" | "trigger_id">;
type Change = Owner & { bucket: Bucket | undefined };

/** The buckets that a transaction reads and changes. */
export class BucketBook {
  readonly buckets: Map<string, Bucket>;
  readonly #changes = new Map<string, Change>();

  private constructor(buckets: Map<string, Bucket>) {
    this.buckets = buckets;
  }

  static async open(tx: Tx, ids: readonly string[]): Promise<BucketBook> {
    const stored = await tx.automationWork.buckets([...new Set(ids)]);
    return new BucketBook(new Map(stored.map(({ id, bucket }) => [id, read(bucket)])));
  }

  change(id: string, change: Change): void {
    this.#changes.set(id, change);
    if (change.bucket) this.buckets.set(id, change.bucket);
    else this.buckets.delete(id);
  }

  write(tx: Tx): void {
    for (const [id, { bucket, ...owner }] of this.#changes) {
      if (bucket) tx.automationWork.keepBucket({ ...owner, ...stored(id, bucket) });
      else tx.automationWork.dropBucket(id);
    }
  }
}

const read = (text: string): Bucket => JSON.parse(text);

/** When time alone changes it. */
function dueOf(bucket: Bucket): string | null {
  if (bucket.kind === "collection") return null;
  return timestamp(bucket.kind === "count" ? bucket.end : bucket.until);
}

const stored = (id: string, bucket: Bucket) => ({
  id,
  due: dueOf(bucket),
  bucket: JSON.stringify(bucket),
});

/** Initial buckets of an automation when it is enabled. */
export const openedBuckets = (trigger: Trigger, now: number) =>
  openedAt(trigger, now).map(([id, bucket]) => ({ ...stored(id, bucket), trigger_id: id }));
