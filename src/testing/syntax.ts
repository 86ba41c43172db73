import { parseSync } from "vite";

/** Facts about the source of one file. */
export interface Syntax {
  /** Every function that contains JSX, by its name where it has one, with its number of non-blank lines. */
  components: { name: string; lines: number }[];
  /** The text of each type assertion except `as const`. */
  casts: string[];
}

interface Node {
  type: string;
  start: number;
  end: number;
}

/** Parses TypeScript without type information, as the bundler does. */
export function syntaxOf(file: string, text: string): Syntax {
  const found: Syntax = { components: [], casts: [] };
  const textOf = ({ start, end }: Node) => text.slice(start, end);
  /** Returns whether there is JSX inside. */
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

const declaring: Readonly<Record<string, string>> = {
  VariableDeclarator: "id",
  FunctionDeclaration: "id",
  FunctionExpression: "id",
  TSDeclareFunction: "id",
  ClassDeclaration: "id",
  ClassExpression: "id",
  TSInterfaceDeclaration: "id",
  TSTypeAliasDeclaration: "id",
  TSEnumDeclaration: "id",
  TSEnumMember: "id",
  TSTypeParameter: "name",
  CatchClause: "param",
  PropertyDefinition: "key",
  MethodDefinition: "key",
  TSPropertySignature: "key",
  TSMethodSignature: "key",
};

/** The names that a file declares: variables, parameters, functions, classes, types and members; not what it imports. */
export function declarationsIn(file: string, text: string): string[] {
  const names: string[] = [];
  const add = (pattern: unknown): void => {
    if (!isNode(pattern)) return;
    if ("name" in pattern && typeof pattern.name === "string") names.push(pattern.name);
    for (const key of ["left", "argument", "value", "parameter"] as const) add(Reflect.get(pattern, key));
    for (const key of ["elements", "properties"] as const) {
      const parts: unknown = Reflect.get(pattern, key);
      if (Array.isArray(parts)) parts.forEach(add);
    }
  };
  // `{ key: name }` destructures a member, and declares only the name.
  const taken = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    if (value.type === "ObjectPattern")
      for (const part of Object(Reflect.get(value, "properties"))) taken.add(part);
    const key = declaring[value.type];
    const isComputed = "computed" in value && value.computed === true;
    if (key !== undefined && !isComputed) add(Reflect.get(value, key));
    if (
      value.type === "Property" &&
      !isComputed &&
      !taken.has(value) &&
      Reflect.get(value, "shorthand") !== true
    )
      add(Reflect.get(value, "key"));
    const params: unknown = Reflect.get(value, "params");
    if (Array.isArray(params) && !value.type.startsWith("TSTypeParameter")) params.forEach(add);
    Object.values(value).forEach(visit);
  };
  visit(parseSync(file, text).program);
  return names.filter((name) => name !== "constructor");
}
