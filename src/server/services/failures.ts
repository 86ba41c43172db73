import { causeAmong, fingerprintOf } from "../../rules/failures.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Filing, Unfiled } from "../../store/failures/filings.ts";
import type { Store } from "../../store/store.ts";
import { chainOf } from "../failure-errors.ts";

/** Python's clients send logs every two seconds, and the state at once. */
const patienceMs = 5000;
const portion = 200;
/** So that one pass over an old database ends; the next takes the rest. */
const maxPortions = 25;

/** Puts failures into their groups: at once where the error was told, else when its log can be expected. */
export async function groupFailures(store: Store, now: () => number): Promise<void> {
  for (let turn = 0; turn < maxPortions; turn += 1) {
    const unfiled = await store.failures.unfiled(portion);
    const filings = filingsOf(unfiled, timestamp(now() - patienceMs));
    if (filings.length === 0) return;
    await store.failures.file(filings);
    if (filings.length === unfiled.length && unfiled.length < portion) return;
  }
}

/** One level of subflows a turn: what a run failed of is filed before the run itself. */
function filingsOf(unfiled: readonly Unfiled[], waitsSince: string): Filing[] {
  const hasOpenWithin = ({ within }: Unfiled) => within.some(({ group_id }) => group_id === null);
  const filed = unfiled.flatMap((failure) =>
    hasOpenWithin(failure) ? [] : (filingOf(failure, waitsSince) ?? []),
  );
  if (filed.length > 0) return filed;
  // What is within is not filed yet, for whatever reason: then a failure stands for itself.
  return unfiled.flatMap((failure) =>
    failure.recorded > waitsSince ? [] : (filingOf(failure, waitsSince) ?? []),
  );
}

function filingOf(failure: Unfiled, waitsSince: string): Filing | undefined {
  const chain = chainOf(failure);
  const { state_id, state_name, message } = failure;
  const fingerprint = fingerprintOf({ state_name, message, chain });
  const known = failure.within.flatMap(({ group_id, error_type, message: inner }) =>
    group_id === null ? [] : { group_id, error_type: error_type ?? "", message: inner ?? "" },
  );
  // A task run with a run within it stands for that subflow, and has no error of its own.
  const cause = failure.kind === "task-run" ? known[0] : causeAmong(known, { state_name, message, chain });
  if (cause) return { state_id, ...fingerprint, consequence_of: cause.group_id };
  return !chain && failure.recorded > waitsSince ? undefined : { state_id, ...fingerprint };
}
