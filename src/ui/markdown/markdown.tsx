import type { ReactNode } from "react";
import { DataTable } from "../kit/table/data-table.tsx";
import { type Block, blocksOf } from "./blocks.ts";
import { decodeEntities } from "./entities.ts";

/** Text that a run has written, as a document. Nothing in it can be code of the page: each part becomes an element. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="flex flex-col gap-2.5 break-words">
      {blocksOf(text).map((block, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document has no other names for its parts
        <BlockView key={place} block={block} />
      ))}
    </div>
  );
}

const sizes = ["text-lg", "text-md"];

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return (
        <p
          role="heading"
          aria-level={Math.min(block.level + 3, 6)}
          className={`font-strong ${sizes[block.level - 1] ?? ""}`}
        >
          {inline(block.text)}
        </p>
      );
    case "code":
      return (
        <pre className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 leading-5">{block.text}</pre>
      );
    case "list":
      return <List {...block} />;
    case "quote":
      return <blockquote className="border-l-2 pl-3 text-muted">{inline(block.text)}</blockquote>;
    case "table":
      return <DataTable head={block.head.map(inline)} rows={block.rows.map((cells) => cells.map(inline))} />;
    case "rule":
      return <hr />;
    case "paragraph":
      return <p>{inline(block.text)}</p>;
  }
}

function List({ ordered, items }: { ordered: boolean; items: readonly string[] }) {
  const Tag = ordered ? "ol" : "ul";
  return (
    <Tag className={ordered ? "list-decimal pl-5" : "list-disc pl-5"}>
      {items.map((text, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is its text, which may come twice
        <li key={place}>{inline(text)}</li>
      ))}
    </Tag>
  );
}

// With bounds, so that a text of nothing but brackets is not read to its end from each of them.
const marks =
  /`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*|(?<![\w*])[*_](?<weak>[^*_\s][^*_]*)[*_](?![\w*])|!?\[(?<label>[^\]]{0,300})\]\((?<to>[^)\s]{1,2000})[^)]{0,300}\)|(?<bare>https?:\/\/[^\s<>)]+)/g;

/** Within a line: code, emphasis and links. */
function inline(text: string): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const found of text.matchAll(marks)) {
    parts.push(decodeEntities(text.slice(from, found.index)), marked(found));
    from = found.index + found[0].length;
  }
  return [...parts, decodeEntities(text.slice(from))];
}

function marked({ 0: whole, groups = {}, index }: RegExpExecArray): ReactNode {
  const { code, strong, weak, label, to, bare } = groups;
  if (code !== undefined)
    return (
      <code key={index} className="rounded-sm bg-sunken px-1">
        {code}
      </code>
    );
  if (strong !== undefined) return <strong key={index}>{inline(strong)}</strong>;
  if (weak !== undefined) return <em key={index}>{inline(weak)}</em>;
  const address = to ?? bare ?? "";
  // Not `javascript:`, and not a page of ours that a report would like to open.
  if (!/^(https?:|mailto:)/i.test(address)) return whole;
  return (
    <a key={index} href={address} target="_blank" rel="noreferrer noopener" className="text-accent underline">
      {label ? decodeEntities(label) : address}
    </a>
  );
}
