import { Lexer, type Token } from "marked";

export type Inline =
  | { kind: "text"; text: string }
  /** As it stands: no entities are meant. */
  | { kind: "literal"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em" | "del"; inner: Inline[] }
  | { kind: "link"; to: string; inner: Inline[] }
  | { kind: "image"; from: string; alt: string }
  | { kind: "break" };

export type Align = "left" | "center" | "right" | null;

export interface Item {
  /** Of a task; undefined for other items. */
  isDone: boolean | undefined;
  blocks: Block[];
}

export type Block =
  | { kind: "heading"; level: number; inner: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "list"; start: number | undefined; items: Item[] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "table"; align: Align[]; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" }
  | { kind: "paragraph"; inner: Inline[] }
  /** A paragraph of a list that is written without empty lines. */
  | { kind: "line"; inner: Inline[] };

export type Parsed = { kind: "document"; blocks: Block[] } | { kind: "plain"; reason: string };

/** Characters, and elements, of a text that is formatted; the elements of longer ones would hold the page. */
const maxCharacters = 400_000;
const maxElements = 20_000;

class TooLong extends Error {}

/** GitHub's Markdown as data, without HTML: tags are text. What cannot be formatted says why; it is shown as it was written. */
export function parseMarkdown(text: string): Parsed {
  if (text.length > maxCharacters) return { kind: "plain", reason: "it is too long" };
  try {
    return { kind: "document", blocks: new Conversion().blocks(new Lexer({ gfm: true }).lex(text)) };
  } catch (error) {
    if (error instanceof TooLong) return { kind: "plain", reason: "it has too many elements" };
    // The parser calls itself for each level.
    if (error instanceof RangeError) return { kind: "plain", reason: "it nests too deeply" };
    throw error;
  }
}

class Conversion {
  #elements = 0;

  blocks(tokens: readonly Token[]): Block[] {
    return tokens.flatMap((token) => this.#block(token));
  }

  #count() {
    this.#elements += 1;
    if (this.#elements > maxElements) throw new TooLong();
  }

  #block(token: Token): Block[] {
    this.#count();
    switch (token.type) {
      case "heading":
        return [{ kind: "heading", level: token.depth, inner: this.#inlines(token.tokens) }];
      case "code":
        return [{ kind: "code", language: String(token.lang ?? "").split(/\s/)[0] ?? "", text: token.text }];
      case "list": {
        const start = token.ordered ? Number(token.start || 1) : undefined;
        return [{ kind: "list", start, items: token.items.map((item: Token) => this.#item(item)) }];
      }
      case "blockquote":
        return [{ kind: "quote", blocks: this.blocks(token.tokens ?? []) }];
      case "table":
        return [this.#table(token)];
      case "hr":
        return [{ kind: "rule" }];
      case "paragraph":
        return [{ kind: "paragraph", inner: this.#inlines(token.tokens) }];
      case "text":
        return [{ kind: "line", inner: token.tokens ? this.#inlines(token.tokens) : [textOf(token)] }];
      case "html":
        return [{ kind: "paragraph", inner: [{ kind: "literal", text: String(token.text).trimEnd() }] }];
      default:
        // Empty lines, and the addresses of links that are written apart.
        return [];
    }
  }

  #item(token: Token): Item {
    const tokens = "tokens" in token ? (token.tokens ?? []) : [];
    const isTask = "task" in token && token.task === true;
    return {
      isDone: isTask && "checked" in token ? token.checked === true : undefined,
      blocks: this.blocks(tokens),
    };
  }

  #table(token: Token): Block {
    if (token.type !== "table") throw new Error(`expected a table, got ${token.type}`);
    const cells = (row: { tokens: Token[] }[]) => row.map(({ tokens }) => this.#inlines(tokens));
    return { kind: "table", align: token.align, head: cells(token.header), rows: token.rows.map(cells) };
  }

  #inlines(tokens: readonly Token[] = []): Inline[] {
    return tokens.flatMap((token) => this.#inline(token));
  }

  #inline(token: Token): Inline[] {
    this.#count();
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return [{ kind: token.type, inner: this.#inlines(token.tokens) }];
      case "codespan":
        return [{ kind: "code", text: token.text }];
      case "link":
        return [{ kind: "link", to: token.href, inner: this.#inlines(token.tokens) }];
      case "image":
        return [{ kind: "image", from: token.href, alt: token.text }];
      case "br":
        return [{ kind: "break" }];
      case "html":
        // The one tag that tables cannot do without.
        return /^<br ?\/?>$/i.test(token.text)
          ? [{ kind: "break" }]
          : [{ kind: "literal", text: token.text }];
      case "escape":
        return [{ kind: "literal", text: token.text }];
      case "text":
        return "tokens" in token && token.tokens ? this.#inlines(token.tokens) : [textOf(token)];
      default:
        // The box of a task is told by its item.
        return [];
    }
  }
}

const textOf = (token: Token): Inline => ({ kind: "text", text: "text" in token ? String(token.text) : "" });
