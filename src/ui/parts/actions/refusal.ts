import type { OrchestrationResult } from "../../../schema/states.ts";

/** Why the server declined; undefined when it did not. */
export function refusalOf({ status, details }: OrchestrationResult): string | undefined {
  if (status === "ACCEPT") return undefined;
  return ("reason" in details ? details.reason : null) ?? `the server answered ${status}`;
}
