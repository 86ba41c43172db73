import { fingerprintOf } from "../../rules/failures.ts";
import { parseTraceback } from "../../rules/tracebacks.ts";
import { RunError } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Filing, Unfiled } from "../../store/failure-nouns.ts";
import type { Store } from "../../store/store.ts";

/** Python's clients send logs every two seconds, and the state at once. */
const patienceMs = 5000;
const portion = 200;
/** So that one pass over an old database ends; the next takes the rest. */
const maxPortions = 25;

/** Puts failures into their groups: at once where the error was told, else when its log can be expected. */
export async function groupFailures(store: Store, now: () => number): Promise<void> {
  for (let turn = 0; turn < maxPortions; turn += 1) {
    const unfiled = await store.failures.unfiled(portion);
    const waitsSince = timestamp(now() - patienceMs);
    const filings = unfiled.flatMap((failure) => filingOf(failure, waitsSince) ?? []);
    if (filings.length > 0) await store.failures.file(filings);
    if (unfiled.length < portion || filings.length === 0) return;
  }
}

function filingOf(failure: Unfiled, waitsSince: string): Filing | undefined {
  const chain = chainOf(failure);
  if (!chain && failure.recorded > waitsSince) return undefined;
  const { state_id, state_name, message } = failure;
  return { state_id, ...fingerprintOf({ state_name, message, chain }) };
}

function chainOf({ error, logs }: Unfiled): RunError["chain"] | undefined {
  const told = RunError.safeParse(error);
  if (told.success) return told.data.chain;
  for (const text of logs) {
    const parsed = parseTraceback(text);
    if (parsed) return parsed.chain;
  }
  return undefined;
}
