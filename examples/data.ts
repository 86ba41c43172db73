import { readFile } from "node:fs/promises";

/** Text of one of the public data sets in the package vega-datasets. */
export const readData = (name: string): Promise<string> =>
  readFile(new URL(`../node_modules/vega-datasets/data/${name}`, import.meta.url), "utf8");

/** Rows of a simple CSV file (without quotes) as objects by column name. */
export function parseCsv(text: string): Record<string, string>[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}
