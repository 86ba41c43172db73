import type { FailureGroup } from "../../schema/failures.ts";
import { dated, timeOf } from "../parts/time/times.ts";

// How a failure group is named and described, on its row and on its page.

/** `TimeoutError: upstream did not answer`; where only the name of a state is known, the message alone. */
export function titleOf({ error_type, message, last_run }: FailureGroup): string {
  const isState = [last_run?.state_name, "Failed", "Crashed"].includes(error_type);
  if (isState && message) return message;
  return [error_type, message].filter(Boolean).join(": ") || "No message";
}

/** `load in flows/etl.py`: the innermost frame of the user's own code. */
export function whereOf({ frames: [frame] }: FailureGroup): string {
  if (!frame) return "";
  return frame.function ? `${frame.function} in ${frame.file}` : frame.file;
}

type Told = Pick<FailureGroup, "status" | "ignored_until" | "regressed">;

/** A group that was to be ignored until now is open: the server sends nothing at that moment. */
export const isIgnored = ({ status, ignored_until }: Told, now: number): boolean =>
  status === "ignored" && (ignored_until === null || timeOf(ignored_until) > now);

export type Standing = "open" | "reopened" | "resolved" | "ignored";

export function standingOf(group: Told, now: number): Standing {
  if (group.status === "resolved") return "resolved";
  if (isIgnored(group, now)) return "ignored";
  return group.regressed ? "reopened" : "open";
}

const labels: Record<Standing, string> = {
  open: "Open",
  reopened: "Reopened",
  resolved: "Resolved",
  ignored: "Ignored",
};

/** `Ignored until 24 Nov 07:15` */
export function standingWords(group: Told, { now, zone }: { now: number; zone: string }): string {
  const standing = standingOf(group, now);
  if (standing !== "ignored" || group.ignored_until === null) return labels[standing];
  return `Ignored until ${dated(timeOf(group.ignored_until), zone)}`;
}
