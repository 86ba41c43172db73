import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { maxPage, toMs } from "../../schema/scalars.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { bold, dim, oneLine, print, printJson, relativeText } from "../terminal.ts";
import { find } from "./find.ts";
import type { JsonOption, ListOptions } from "./options.ts";

export async function list({ type, json }: ListOptions): Promise<void> {
  const client = connect();
  const ofType = type === undefined ? {} : { block_types: { slug: { any_: [type] } } };
  const rows: BlockDocument[] = [];
  for (let offset = 0; ; offset += maxPage) {
    const sort = "BLOCK_TYPE_AND_NAME_ASC" as const;
    const page = await client.call(blockDocuments.filter, { ...ofType, sort, limit: maxPage, offset });
    rows.push(...page);
    if (page.length < maxPage) break;
  }
  if (json) return printJson(rows);
  if (rows.length === 0) return print(dim("No blocks. Store a secret with `praetor secret set NAME`."));
  print(table(columnsAt(Date.now()), rows));
}

const columnsAt = (now: number): Column<BlockDocument>[] => [
  { title: "BLOCK", text: (block) => oneLine(slugOf(block)), shrinksTo: 20 },
  { title: "TYPE", text: ({ block_type_name }) => oneLine(block_type_name ?? "–"), shrinksTo: 12 },
  { title: "CHANGED", text: ({ updated }) => (updated ? relativeText(toMs(updated), now) : "–"), dropped: 1 },
  { title: "ID", text: ({ id }) => dim(id), dropped: 2 },
];

const slugOf = ({ block_type, name }: BlockDocument): string => `${block_type?.slug ?? "?"}/${name ?? "?"}`;

export async function inspect(name: string, { json }: JsonOption): Promise<void> {
  const block = await find(connect(), name);
  if (json) return printJson(block);
  print(`${bold(oneLine(slugOf(block)))}  ${oneLine(block.block_type_name ?? "")}  ${dim(block.id)}`);
  const width = Math.max(0, ...Object.keys(block.data).map((key) => key.length));
  for (const [key, value] of Object.entries(block.data)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    print(`  ${dim(oneLine(key).padEnd(width))} ${oneLine(text)}`);
  }
}
