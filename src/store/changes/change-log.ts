import { sql } from "kysely";
import { changesOf } from "../engine/change-groups.ts";
import { heldChanges } from "../engine/committer.ts";
import type { ChangeGroup, LoggedChange } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";

/** The log after `seq`; undefined when part of it was pruned, or `seq` is not from this log. */
export async function readChanges(
  scope: Scope,
  seq: number,
  last: number,
): Promise<LoggedChange[] | undefined> {
  if (seq > last || last - seq > heldChanges) return undefined;
  if (seq === last) return [];
  const groups = await scope.all(sql<ChangeGroup>`select * from change where seq > ${seq} order by seq`);
  const changes = groups.flatMap(changesOf).filter((change) => change.seq > seq);
  return changes[0]?.seq === seq + 1 ? changes : undefined;
}
