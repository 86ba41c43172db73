import { Square, SquareCheck } from "lucide-react";
import { Suspense } from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { DataTable } from "../kit/table/data-table.tsx";
import { CodeBlock } from "./code-block.tsx";
import { Inlines } from "./inlines.tsx";
import type { Block, Item } from "./parse.ts";
import { useParsed } from "./parser.ts";

const Diagram = lazyNamed(async () => (await import("./diagram.tsx")).Diagram);

/** Text that a person or a run has written, as a document. Nothing in it can be code of the page: each part becomes an element. */
export function Markdown({ text }: { text: string }) {
  const parsed = useParsed(text);
  if (parsed?.kind !== "document")
    return (
      <div className="break-words">
        {parsed && <p className="text-xs text-muted">Shown unformatted: {parsed.reason}.</p>}
        <p className="whitespace-pre-wrap">{text}</p>
      </div>
    );
  return (
    <div className="flex min-w-0 flex-col gap-2.5 break-words">
      <Blocks blocks={parsed.blocks} />
    </div>
  );
}

const Blocks = ({ blocks }: { blocks: readonly Block[] }) =>
  blocks.map((block, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a document has no other names for its parts
    <BlockView key={place} block={block} />
  ));

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
          <Inlines inner={block.inner} />
        </p>
      );
    case "code":
      return block.language === "mermaid" ? (
        <Suspense fallback={<CodeBlock text={block.text} />}>
          <Diagram text={block.text} />
        </Suspense>
      ) : (
        <CodeBlock text={block.text} />
      );
    case "list":
      return <List {...block} />;
    case "quote":
      return (
        <blockquote className="flex flex-col gap-2 border-l-2 border-line-strong pl-3 text-muted">
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "table": {
      const cells = (row: (typeof block.rows)[number]) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: cells are told apart by their place
        row.map((inner, place) => <Inlines key={place} inner={inner} />);
      return <DataTable head={cells(block.head)} rows={block.rows.map(cells)} align={block.align} />;
    }
    case "rule":
      return <hr />;
    case "paragraph":
      return (
        <p className="whitespace-pre-line">
          <Inlines inner={block.inner} />
        </p>
      );
    case "line":
      return <Inlines inner={block.inner} />;
  }
}

function List({ start, items }: { start: number | undefined; items: readonly Item[] }) {
  const Tag = start === undefined ? "ul" : "ol";
  return (
    <Tag className={start === undefined ? "list-disc pl-5" : "list-decimal pl-6"} start={start}>
      {items.map(({ isDone, blocks }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is its text, which may come twice
        <li key={place} className={isDone === undefined ? "my-0.5" : "relative my-0.5 list-none"}>
          {isDone !== undefined && <Box isDone={isDone} />}
          <Blocks blocks={blocks} />
        </li>
      ))}
    </Tag>
  );
}

function Box({ isDone }: { isDone: boolean }) {
  const Icon = isDone ? SquareCheck : Square;
  return (
    <Icon
      size={15}
      role="img"
      aria-label={isDone ? "Done:" : "To do:"}
      className="absolute top-[3px] -left-5 text-muted"
    />
  );
}
