import type { Artifact } from "../../schema/artifacts.ts";
import { tableOf } from "../artifact-view/table-data.ts";
import { numberIn } from "../schema-form/shapes.ts";

const longest = 200;

/** What an artifact is about, in one line: its description, else the beginning of what it holds. */
export function oneLine({
  description,
  type,
  data,
}: Pick<Artifact, "description" | "type" | "data">): string {
  if (description) return plain(description);
  const percent = numberIn(data);
  if (type === "progress" && percent !== undefined) return `${Math.round(percent * 10) / 10} %`;
  const table = type === "table" ? tableOf(data) : undefined;
  if (table) return tableWords(table.rows.length, table.head);
  if (typeof data === "string") return plain(data);
  return (JSON.stringify(data) ?? "").slice(0, longest);
}

const tableWords = (rows: number, head: readonly string[]): string => {
  const count = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
  const names = head.filter((name) => name !== "").join(", ");
  return names === "" ? count : `${count}: ${names}`.slice(0, longest);
};

/** Markdown without its marks, well enough for one line. */
const plain = (text: string): string =>
  text
    .slice(0, 2 * longest)
    .replaceAll(/[#*_`>|]+|!?\[|\]\([^)]*\)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, longest);
