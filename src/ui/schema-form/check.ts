import type { Json } from "../../schema/scalars.ts";
import { unknownWord } from "../../schema/suggestions.ts";
import { toTimestamp } from "../../schema/times.ts";
import {
  canonical,
  inOneLine,
  isRecord,
  type ListShape,
  type NumberShape,
  numberIn,
  type ObjectShape,
  type Path,
  pointerOf,
  readShape,
  type Shape,
  sameJson,
  type TextShape,
  type UnionShape,
} from "./shapes.ts";
import { isUnreadable } from "./values.ts";

export interface Problem {
  path: Path;
  pointer: string;
  message: string;
}

export interface Checking {
  /** Where references lead. */
  root: Json;
  /** The kind that was chosen for a union, by the pointer of its value. */
  kinds?: Readonly<Record<string, number>>;
}

/**
 * What is wrong with a value, each at its own place. Covers what the form offers; what a schema may say besides
 * (`not`, `if`, dependencies) is left to the server.
 */
export function check(schema: unknown, value: unknown, checking: Checking, path: Path = []): Problem[] {
  if (isUnreadable(value)) return [at(path, value.problem)];
  if (schema === false) return [at(path, "expected nothing here")];
  const shape = readShape(schema, checking.root);
  if (value === null && (shape.isNullable || shape.kind === "null")) return [];
  return checkShape(shape, value, checking, path);
}

/** The option of a union that a value belongs to: the one it breaks least. */
export function kindOf(shape: UnionShape, value: unknown, checking: Checking, path: Path): number {
  const chosen = checking.kinds?.[pointerOf(path)];
  if (chosen !== undefined && chosen < shape.options.length) return chosen;
  const faults = shape.options.map((option) => faultsOf(option.schema, value, checking, path));
  return faults.indexOf(Math.min(...faults));
}

const at = (path: Path, message: string): Problem => ({ path, pointer: pointerOf(path), message });
const one = (path: Path, message: string | undefined | false): Problem[] =>
  message ? [at(path, message)] : [];

/** A wrong constant names another kind, and a wrong type weighs more than a wrong part. */
function faultsOf(schema: Json, value: unknown, checking: Checking, path: Path): number {
  const shape = readShape(schema, checking.root);
  const problems = check(schema, value, checking, path);
  const own = problems.some((problem) => problem.path.length === path.length) ? 1000 : 0;
  if (shape.kind !== "object" || !isRecord(value)) return problems.length + own;
  const strangers = shape.properties.filter(({ key, schema: part }) => {
    const constant = readShape(part, checking.root);
    return constant.kind === "constant" && !sameJson(value[key], constant.constant);
  });
  const unknown = Object.keys(value).filter(
    (key) => !shape.properties.some((property) => property.key === key),
  );
  return problems.length + own + strangers.length * 100 + unknown.length / 10;
}

function checkShape(shape: Shape, value: unknown, checking: Checking, path: Path): Problem[] {
  switch (shape.kind) {
    case "text":
      return one(path, textProblem(shape, value));
    case "number":
      return one(path, numberProblem(shape, value));
    case "boolean":
      return one(path, typeof value !== "boolean" && `expected true or false, got ${shown(value)}`);
    case "null":
      return one(path, value !== null && `expected null, got ${shown(value)}`);
    case "constant":
      return one(
        path,
        !sameJson(value, shape.constant) && `expected ${shown(shape.constant)}, got ${shown(value)}`,
      );
    case "choice":
      return one(
        path,
        isOption(shape.options, value) ? undefined : `expected ${oneOf(shape.options)}, got ${shown(value)}`,
      );
    case "choices":
      return checkList(
        { ...shape, kind: "list", first: [], item: { enum: shape.options } },
        value,
        checking,
        path,
      );
    case "list":
      return checkList(shape, value, checking, path);
    case "object":
      return checkObject(shape, value, checking, path);
    case "union": {
      const option = shape.options[kindOf(shape, value, checking, path)];
      return option ? check(option.schema, value, checking, path) : [];
    }
    case "json":
    case "custom":
      return [];
  }
}

const isOption = (options: readonly unknown[], value: unknown) =>
  options.some((option) => sameJson(option, value));

function oneOf(options: readonly unknown[]): string {
  const named = options.slice(0, 8).map(shown);
  return options.length > 8 ? `one of ${named.join(", ")} …` : named.join(" or ");
}

function shown(value: unknown): string {
  const line = typeof value === "string" ? JSON.stringify(value) : inOneLine(value);
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || "nothing";
}

function textProblem(shape: TextShape, value: unknown): string | undefined {
  if (typeof value !== "string") return `expected text, got ${shown(value)}`;
  if (value === "" && shape.format) return "a value is required";
  const length = [...value].length;
  if (shape.minLength !== undefined && length < shape.minLength)
    return shape.minLength === 1
      ? "expected at least one character"
      : `expected at least ${shape.minLength} characters, got ${length}`;
  if (shape.maxLength !== undefined && length > shape.maxLength)
    return `expected at most ${shape.maxLength} characters, got ${length}`;
  const format = shape.format ? formats[shape.format] : undefined;
  if (format && !format.fits(value)) return `expected ${format.expected}, got ${shown(value)}`;
  if (shape.pattern && !fits(shape.pattern, value))
    return `expected text that matches ${shape.pattern}, got ${shown(value)}`;
  return undefined;
}

/** A pattern may be of another dialect than the browser's; then only the server can tell. */
function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

const isDay = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00Z`).toJSON()?.slice(0, 10) === value;

const formats: Record<string, { expected: string; fits: (value: string) => boolean }> = {
  date: { expected: "a day such as 2026-11-22", fits: isDay },
  "date-time": {
    expected: "a time such as 2026-11-22T07:15:00Z",
    fits: (value) => isDay(value.slice(0, 10)) && value.length > 10 && toTimestamp(value) !== undefined,
  },
  time: {
    expected: "a time of day such as 07:15:00",
    fits: (value) => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i.test(value),
  },
  duration: {
    expected: "a duration such as PT5M",
    fits: (value) =>
      /^-?P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value),
  },
  uuid: { expected: "a UUID", fits: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) },
  uri: {
    expected: "an address with its scheme, such as https://example.org",
    fits: (value) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) && URL.canParse(value),
  },
  email: { expected: "an e-mail address", fits: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) },
};

function numberProblem(shape: NumberShape, given: unknown): string | undefined {
  const value = numberIn(given);
  const isFitting = value !== undefined && (!shape.isInteger || Number.isInteger(value));
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, above, below } = shape;
  const isWithin =
    isFitting &&
    value >= min &&
    value <= max &&
    value > (above ?? Number.NEGATIVE_INFINITY) &&
    value < (below ?? Number.POSITIVE_INFINITY);
  if (!isWithin) return `expected ${numberWanted(shape)}, got ${shown(given)}`;
  if (shape.multipleOf === undefined) return undefined;
  const times = value / shape.multipleOf;
  // 0.3 / 0.1 is not quite 3.
  return Math.abs(times - Math.round(times)) > 1e-9
    ? `expected a multiple of ${shape.multipleOf}, got ${value}`
    : undefined;
}

/** `a whole number from 1 to 10` */
export function numberWanted({ isInteger, min, max, above, below }: NumberShape): string {
  const what = isInteger ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  const bounds = [
    min !== undefined && `at least ${min}`,
    above !== undefined && `more than ${above}`,
    max !== undefined && `at most ${max}`,
    below !== undefined && `less than ${below}`,
  ].filter(Boolean);
  return bounds.length > 0 ? `${what} of ${bounds.join(" and ")}` : what;
}

function checkList(shape: ListShape, value: unknown, checking: Checking, path: Path): Problem[] {
  if (!Array.isArray(value)) return [at(path, `expected a list, got ${shown(value)}`)];
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, isUnique } = shape;
  const items: readonly unknown[] = value;
  const firsts = new Map<string, number>();
  return [
    ...one(path, items.length < minItems && `expected at least ${countOf(minItems)}, got ${items.length}`),
    ...one(path, items.length > maxItems && `expected at most ${countOf(maxItems)}, got ${items.length}`),
    ...items.flatMap((item, index) => {
      const problems = check(index < shape.first.length ? shape.first[index] : shape.item, item, checking, [
        ...path,
        index,
      ]);
      if (!isUnique) return problems;
      const text = canonical(item);
      const first = firsts.get(text) ?? index;
      firsts.set(text, first);
      if (first < index)
        return [...problems, at([...path, index], `the same as item ${first + 1}; expected each once`)];
      return problems;
    }),
  ];
}

/** Another kind was chosen than that of the default, which would be used without a value. */
function isOtherKind(schema: unknown, { root, kinds }: Checking, path: Path): boolean {
  const chosen = kinds?.[pointerOf(path)];
  if (chosen === undefined) return false;
  const shape = readShape(schema, root);
  if (shape.kind !== "union" || shape.fallback === undefined) return false;
  return kindOf(shape, shape.fallback, { root }, path) !== chosen;
}

const countOf = (items: number) => (items === 1 ? "1 item" : `${items} items`);

function checkObject(shape: ObjectShape, value: unknown, checking: Checking, path: Path): Problem[] {
  if (!isRecord(value)) return [at(path, `expected an object, got ${shown(value)}`)];
  const named = shape.properties.flatMap(({ key, schema, isRequired }) => {
    if (value[key] !== undefined) return check(schema, value[key], checking, [...path, key]);
    return one(
      [...path, key],
      (isRequired || isOtherKind(schema, checking, [...path, key])) && "a value is required",
    );
  });
  const names = shape.properties.map(({ key }) => key);
  const others = Object.keys(value).filter((key) => !names.includes(key));
  return [
    ...named,
    ...others.flatMap((key) => {
      const place = [...path, key];
      if (shape.others === false)
        return [at(place, unknownWord(path.length === 0 ? "parameter" : "field", key, names))];
      const isNamed = shape.keyPattern === undefined || fits(shape.keyPattern, key);
      return [
        ...one(place, !isNamed && `expected a name that matches ${shape.keyPattern}, got ${shown(key)}`),
        ...check(shape.others, value[key], checking, place),
      ];
    }),
  ];
}
