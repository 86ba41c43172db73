import { parseSync } from "vite";

interface Node {
  type: string;
  start: number;
  end: number;
}

/**
 * The texts that a file of the dashboard renders, in source order: text
 * between tags, in attributes that are read out or shown, and in strings that look like words. Interpolated
 * values are written in braces.
 */
export function visibleTexts(file: string, source: string): string[] {
  const texts: string[] = [];
  const add = (text: string) => {
    const line = text.replace(/\s+/g, " ").trim();
    if (/\p{L}/u.test(line) && !texts.includes(line)) texts.push(line);
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value) || isSilent(value)) return;
    const text = textOf(value, source);
    if (value.type === "JSXText") add(String(Reflect.get(value, "value")));
    else if (isSentence(value)) {
      add(flat(value));
      besides(value).forEach(visit);
    } else if (text === undefined) Object.values(value).forEach(visit);
    else {
      if (isProse(text)) add(text);
      // Interpolated values may contain words themselves.
      visit(Reflect.get(value, "expressions"));
    }
  };
  visit(parseSync(file, source).program);
  return texts;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const silentAttributes = /^(?:className|style|key|id|type|d|viewBox|href|to|src|rel|data-.*)$/;
const silentCalls = /^(?:cx|Error|RangeError|TypeError|RegExp|useQuery|matchMedia|querySelector)$/;

/** Syntax nodes whose strings are not visible. */
function isSilent(node: Node): boolean {
  if (/^(?:Import|ExportAll|TS(?!As|Satisfies|NonNull))/.test(node.type)) return true;
  if (node.type === "JSXAttribute" || node.type === "Property")
    return silentAttributes.test(nameOf(Reflect.get(node, node.type === "Property" ? "key" : "name")));
  if (node.type === "CallExpression" || node.type === "NewExpression")
    return silentCalls.test(nameOf(Reflect.get(node, "callee")));
  return false;
}

const nameOf = (node: unknown): string => (isNode(node) && "name" in node ? String(node.name) : "");

/** A sentence may be split by names, links and code. */
const isSentence = (node: Node): boolean =>
  childrenOf(node).some(
    (child) => child.type === "JSXText" && /\p{L}/u.test(String(Reflect.get(child, "value"))),
  );

function childrenOf(node: Node): Node[] {
  const children: unknown = Reflect.get(node, "children");
  return Array.isArray(children) ? children.filter(isNode) : [];
}

function flat(node: Node): string {
  if (node.type === "JSXText") return String(Reflect.get(node, "value")).replaceAll(/\s*\n\s*/g, " ");
  if (node.type !== "JSXExpressionContainer") return childrenOf(node).map(flat).join("");
  const expression: unknown = Reflect.get(node, "expression");
  const value: unknown = isNode(expression) ? Reflect.get(expression, "value") : undefined;
  if (typeof value === "string") return value;
  return isNode(expression) && /^(?:Identifier|MemberExpression|JSXEmptyExpression)$/.test(expression.type)
    ? `{${nameOf(expression) || nameOf(Reflect.get(expression, "property")) || "…"}}`
    : "{…}";
}

/** The non-text parts of a sentence: attributes and expressions in it. */
function besides(node: Node): unknown[] {
  if (node.type === "JSXText") return [];
  if (node.type === "JSXExpressionContainer") return [Reflect.get(node, "expression")];
  return [Reflect.get(node, "openingElement"), ...childrenOf(node).flatMap(besides)];
}

/** Of a string or a template. */
function textOf(node: Node, source: string): string | undefined {
  const value: unknown = Reflect.get(node, "value");
  if (node.type === "Literal") return typeof value === "string" ? value : undefined;
  if (node.type !== "TemplateLiteral") return undefined;
  return source
    .slice(node.start + 1, node.end - 1)
    .replaceAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g, (_, inside: string) =>
      inside.includes("`") ? "{…}" : `{${inside}}`,
    );
}

/** Words, not class names, keys, URLs or SQL. */
function isProse(text: string): boolean {
  const plain = text.replaceAll(/\{[^}]*\}/g, "");
  if (!/\p{L}{2}/u.test(plain) || /^[A-Z0-9_]+$/.test(plain) || /^[./#]|:\/\/|^[a-z-]+\/[a-z]/.test(plain))
    return false;
  const isClasses = /(?:^|\s)-?[a-z]+(?:[-:[][^\s]*)+(?:\s|$)/.test(plain) && !/[A-Z“.,?]/.test(plain);
  return !isClasses && (/^\p{Lu}/u.test(plain.trim()) || /\p{L}\s+\p{L}|\s\p{L}{2}|\p{L}{2}\s/u.test(plain));
}
