import { parseTraceback } from "../rules/tracebacks.ts";
import { RunError } from "../schema/events.ts";
import type { FailureError } from "../schema/failures.ts";
import type { Store } from "../store/store.ts";

/** Characters of a log line that are parsed: a traceback is shorter, and megabytes would delay other requests. */
const maxParsed = 200_000;

/** The error of a failure: as the SDK reported it, else as its log has it; undefined where neither has. */
export function chainOf({
  error,
  logs,
}: {
  error: unknown;
  logs: readonly string[];
}): RunError["chain"] | undefined {
  const parsedError = RunError.safeParse(error);
  if (parsedError.success) return parsedError.data.chain;
  for (const text of logs) {
    const parsed = parseTraceback(text.slice(0, maxParsed));
    if (parsed) return parsed.chain;
  }
  return undefined;
}

/** The newest error of a group: one of its own kind, else any, else what the newest state says. */
export async function newestError(
  { failures }: Pick<Store, "failures">,
  { id, error_type }: { id: string; error_type: string },
): Promise<FailureError | null> {
  const known = (await failures.errors(id)).map(({ run, occurred, message, ...error }) => ({
    ...{ run, occurred, message },
    chain: chainOf(error) ?? [],
  }));
  return (
    known.find(({ chain }) => chain[0]?.name === error_type) ??
    known.find(({ chain }) => chain.length > 0) ??
    known[0] ??
    null
  );
}
