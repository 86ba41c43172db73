import type { CommonValue } from "../../../schema/failures.ts";

/** What a value is of. */
export const kindWords: Record<CommonValue["kind"], string> = {
  parameter: "parameter",
  tag: "tag",
  version: "version",
  deployment: "deployment",
  "work-queue": "work queue",
};

const quoted = (text: string): string =>
  /^[\w.=/-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;

/** The same as a condition of the query bar of Runs; undefined where that has none. */
export function conditionOf({ kind, name, value }: CommonValue): string | undefined {
  if (kind === "parameter") return `param:${quoted(`${name}=${value}`)}`;
  if (kind === "tag") return `tag:${quoted(value)}`;
  if (kind === "version") return `version:${quoted(value)}`;
  if (kind === "deployment") return `deployment:"${value.replaceAll('"', '""')}"`;
  return undefined;
}
