import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { plainOf } from "../../schema/exact-json.ts";
import { inBoundedTime } from "../bounded-time.ts";

// User templates. They are interpreted, never compiled to code, and access only the given values.

const longestTemplate = 100_000;
const longestText = 1_000_000;
const longestMs = 120;
const maxLoops = 10;
const deepestLoops = 2;
const longestRange = 100;

type Program = ReturnType<typeof parse>;
/** A function that a template may call: as `f(x)`, or as `x | f`. */
export type TemplateFunction = (value: unknown) => string | null;

/** An invalid template. */
export class TemplateError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = "TemplateError";
    this.line = line;
  }
}

export const isTemplate = (text: string): boolean => /\{\{|\{%|\{#/.test(text);

/** Throws a `TemplateError` for an invalid template. */
export function checkTemplate(text: string): void {
  if (text.length > longestTemplate) {
    throw new TemplateError(`expected at most ${longestTemplate} characters, got ${text.length}`, 1);
  }
  const bounded = inBoundedTime(() => programOf(text), longestMs);
  if (!bounded) throw new TemplateError("the template takes too long to read", 1);
  const { count, depth } = loopsOf(bounded.value);
  if (count > maxLoops) throw new TemplateError(`expected at most ${maxLoops} loops, got ${count}`, 1);
  if (depth > deepestLoops) {
    throw new TemplateError(`expected loops within each other at most ${deepestLoops} deep, got ${depth}`, 1);
  }
}

/** Renders the template with `values`; `functions` are available by name. */
export function fillTemplate(
  text: string,
  values: Readonly<Record<string, unknown>>,
  functions: Readonly<Record<string, TemplateFunction>> = {},
): string {
  if (!isTemplate(text)) return text;
  checkTemplate(text);
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...constants, ...values }))
    environment.set(name, plainOf(value));
  for (const [name, value] of Object.entries({ range, ...functions })) environment.set(name, value);
  const program = withFilters(programOf(text), new Set(Object.keys(functions)));
  const filled = inBoundedTime(() => run(program, environment), longestMs);
  if (!filled) throw new TemplateError(`the template takes more than ${longestMs} ms to fill`, 1);
  const result = String(filled.value);
  if (result.length > longestText) {
    throw new TemplateError(`the text that the template makes is longer than ${longestText} characters`, 1);
  }
  return result;
}

function run(program: Program, environment: Environment): unknown {
  try {
    return new Interpreter(environment).run(program).value;
  } catch (error) {
    throw new TemplateError(messageOf(error), 1);
  }
}

const constants = { true: true, false: false, none: null, True: true, False: false, None: null };

function range(first: number, last?: number, step = 1): number[] {
  const [from, to] = last === undefined ? [0, first] : [first, last];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= longestRange)) throw new Error(`expected a range of at most ${longestRange} numbers`);
  return Array.from({ length }, (_, at) => from + at * step);
}

function programOf(text: string): Program {
  try {
    return parse(tokenize(text));
  } catch (error) {
    // The parser throws at an early end of the text.
    const message = error instanceof TypeError ? "Unexpected end of the template" : messageOf(error);
    throw new TemplateError(message, lineOf(text, messageOf(error)));
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The parser gives no position: the error is in the first line up to which the text fails in the same way. */
function lineOf(text: string, message: string): number {
  const lines = text.split("\n").slice(0, 100);
  for (let count = 1; count < lines.length; count += 1) {
    try {
      parse(tokenize(lines.slice(0, count).join("\n")));
    } catch (error) {
      if (messageOf(error) === message) return count;
    }
  }
  return lines.length;
}

interface Node {
  type: string;
}
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (value instanceof Map ? [...value].flat() : value))
    .filter(isNode);
}

function loopsOf(node: Node): { count: number; depth: number } {
  const inner = childrenOf(node).map(loopsOf);
  const own = node.type === "For" ? 1 : 0;
  return {
    count: own + inner.reduce((sum, { count }) => sum + count, 0),
    depth: own + Math.max(0, ...inner.map(({ depth }) => depth)),
  };
}

/** The interpreter supports only built-in filters: `x | f` is rewritten to `f(x)`. */
function withFilters(program: Program, names: ReadonlySet<string>): Program {
  const metadata = (node: Node) => {
    for (const child of childrenOf(node)) metadata(child);
    if (node.type !== "FilterExpression" || !("filter" in node) || !("operand" in node)) return;
    const { filter, operand } = node;
    if (!isNode(filter) || !("value" in filter) || !names.has(String(filter.value))) return;
    Object.assign(node, { type: "CallExpression", callee: filter, args: [operand] });
  };
  metadata(program);
  return program;
}
