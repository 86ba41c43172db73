import { parseSync } from "vite";

/** What the text of one source file holds. */
export interface Syntax {
  /** Every function around an element of JSX, by its name where it has one, with its lines that are not blank. */
  components: { name: string; lines: number }[];
  /** The text of each type assertion but `as const`. */
  casts: string[];
}

interface Node {
  type: string;
  start: number;
  end: number;
}

/** Reads TypeScript without its types, as the bundler does. */
export function syntaxOf(file: string, text: string): Syntax {
  const found: Syntax = { components: [], casts: [] };
  const textOf = ({ start, end }: Node) => text.slice(start, end);
  /** Answers whether there is JSX inside. */
  const visit = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.map(visit).includes(true);
    if (!isNode(value)) return false;
    const isAround = Object.values(value).map(visit).includes(true);
    if (isAround && value.type.includes("Function")) {
      const lines = textOf(value).split("\n");
      found.components.push({ name: nameOf(value), lines: lines.filter((line) => line.trim()).length });
    }
    if (isCast(value) && !textOf(value).endsWith(" as const")) found.casts.push(textOf(value));
    return isAround || value.type === "JSXElement" || value.type === "JSXFragment";
  };
  visit(parseSync(file, text).program);
  return found;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const isCast = ({ type }: Node) => type === "TSAsExpression" || type === "TSTypeAssertion";

const nameOf = (node: Node): string =>
  "id" in node && typeof node.id === "object" && node.id !== null && "name" in node.id
    ? String(node.id.name)
    : "";
