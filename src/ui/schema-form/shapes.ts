import { isWritten, plainOf } from "../../schema/exact-json.ts";
import type { Json } from "../../schema/scalars.ts";

/** Where a value stands: keys of objects, places in lists. */
export type Path = readonly (string | number)[];

export interface Property {
  key: string;
  schema: unknown;
  isRequired: boolean;
  /** Tells this option of a union from the others: its constant is sent whether or not the schema requires it. */
  isTag: boolean;
}

interface Meta {
  title: string | undefined;
  description: string | undefined;
  /** Used where the value is left out; undefined when there is none. */
  fallback: unknown;
  isNullable: boolean;
}

export interface TextShape extends Meta {
  kind: "text";
  format: string | undefined;
  minLength: number | undefined;
  maxLength: number | undefined;
  pattern: string | undefined;
  isLong: boolean;
}
export interface NumberShape extends Meta {
  kind: "number";
  isInteger: boolean;
  min: number | undefined;
  max: number | undefined;
  above: number | undefined;
  below: number | undefined;
  multipleOf: number | undefined;
}
interface Amount {
  minItems: number | undefined;
  maxItems: number | undefined;
  isUnique: boolean;
}
export interface ChoiceShape extends Meta {
  kind: "choice";
  options: readonly unknown[];
}
export interface ChoicesShape extends Meta, Amount {
  kind: "choices";
  options: readonly unknown[];
}
export interface ListShape extends Meta, Amount {
  kind: "list";
  /** Of the first places; those after them have `item`, or must not be. */
  first: readonly unknown[];
  item: unknown;
}
export interface ObjectShape extends Meta {
  kind: "object";
  properties: readonly Property[];
  /** Of keys that are not named; undefined when the schema says nothing of them. */
  others: unknown;
  keyPattern: string | undefined;
}
/** The schema names a control that the form was given. */
export interface CustomShape extends Meta {
  kind: "custom";
  control: string;
  schema: Json;
}
export interface UnionShape extends Meta {
  kind: "union";
  options: readonly { label: string; schema: Json }[];
}

/** What a form makes of a piece of JSON schema. The parts of it stay schemas, since they may contain themselves. */
export type Shape =
  | TextShape
  | NumberShape
  | (Meta & { kind: "boolean" })
  | (Meta & { kind: "constant"; constant: unknown })
  | (Meta & { kind: "null" })
  /** Nothing is known of it: any JSON. */
  | (Meta & { kind: "json" })
  | CustomShape
  | ChoiceShape
  | ChoicesShape
  | ListShape
  | ObjectShape
  | UnionShape;

export function readShape(schema: unknown, root: Json): Shape {
  const flat = flatten(schema, root);
  const isNullable = flat.nullable === true || allowsNull(flat, root);
  const bare = isNullable ? withoutNull(flat, root) : flat;
  const meta: Meta = {
    title: text(bare.title),
    description: text(bare.description),
    fallback: bare.default,
    isNullable,
  };
  const control = text(bare["x-control"]);
  if (control) return { ...meta, kind: "custom", control, schema: bare };
  return (
    choiceOf(bare, meta) ?? unionOf(bare, meta, root) ?? ofType(bare, meta, root) ?? { ...meta, kind: "json" }
  );
}

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isWritten(value);

/** A number, however it was written. */
export const numberIn = (value: unknown): number | undefined => {
  const plain = isWritten(value) ? plainOf(value) : value;
  return typeof plain === "number" ? plain : undefined;
};

export const sameJson = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** A path as one word: `/hosts/0/name`. */
export const pointerOf = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** A value in one line, as it is shown beside a control. */
export const inOneLine = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const list = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

/** The same text for the same value, in whatever order its keys are. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    ) ?? ""
  );
}

/** Replaces references and `allOf` by what they stand for; a reference that leads in circles ends as nothing. */
function flatten(schema: unknown, root: Json, depth = 0): Json {
  if (!isRecord(schema) || depth > 32) return {};
  const { $ref, allOf, ...own } = schema;
  const parts = [...(typeof $ref === "string" ? [resolve($ref, root)] : []), ...(list(allOf) ?? [])];
  return [...parts.map((part) => flatten(part, root, depth + 1)), own].reduce(merge, {});
}

function resolve(reference: string, root: Json): unknown {
  if (!reference.startsWith("#")) return {};
  const steps = decodeURIComponent(reference.slice(1)).split("/").slice(1);
  return steps.reduce<unknown>((at, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return isRecord(at) || Array.isArray(at) ? Object.entries(at).find(([name]) => name === key)?.[1] : {};
  }, root);
}

function merge(a: Json, b: Json): Json {
  const both: Json = { ...a, ...b };
  if (isRecord(a.properties) && isRecord(b.properties))
    both.properties = { ...a.properties, ...b.properties };
  const required = [...(list(a.required) ?? []), ...(list(b.required) ?? [])];
  if (required.length > 0) both.required = required;
  return both;
}

const optionsOf = (flat: Json) => list(flat.anyOf) ?? list(flat.oneOf);
const isNull = (flat: Json) =>
  flat.type === "null" || flat.const === null || (list(flat.enum)?.every((one) => one === null) ?? false);

function allowsNull(flat: Json, root: Json): boolean {
  if (list(flat.type)?.includes("null")) return list(flat.type)?.some((type) => type !== "null") ?? false;
  if (list(flat.enum)?.includes(null)) return list(flat.enum)?.some((one) => one !== null) ?? false;
  const options = optionsOf(flat)?.map((option) => flatten(option, root)) ?? [];
  return options.some(isNull) && !options.every(isNull);
}

function withoutNull(flat: Json, root: Json): Json {
  const { anyOf, oneOf, ...rest } = flat;
  const bare: Json = { ...rest };
  if (Array.isArray(bare.type)) bare.type = one(bare.type.filter((type) => type !== "null"));
  if (Array.isArray(bare.enum)) bare.enum = bare.enum.filter((value) => value !== null);
  const options = optionsOf(flat)?.map((option) => flatten(option, root));
  if (!options) return bare;
  const kept = options.filter((option) => !isNull(option));
  const [only] = kept;
  return kept.length === 1 && only ? merge(only, bare) : { ...bare, anyOf: kept };
}

const one = (types: readonly unknown[]): unknown => (types.length === 1 ? types[0] : types);

function choiceOf(flat: Json, meta: Meta): Shape | undefined {
  if ("const" in flat) return { ...meta, kind: "constant", constant: flat.const };
  const options = list(flat.enum);
  if (options?.length === 1) return { ...meta, kind: "constant", constant: options[0] };
  return options ? { ...meta, kind: "choice", options } : undefined;
}

function unionOf(flat: Json, meta: Meta, root: Json): Shape | undefined {
  const types = list(flat.type);
  if (types) {
    const options = types.map((type) => ({
      label: String(type),
      schema: { ...flat, type, title: undefined },
    }));
    return { ...meta, kind: "union", options };
  }
  const branches = optionsOf(flat)?.map((option) => flatten(option, root));
  if (!branches || branches.length === 0) return undefined;
  const [only] = branches;
  if (branches.length === 1)
    return readShape(merge(only ?? {}, { ...flat, anyOf: undefined, oneOf: undefined }), root);
  const values = branches.map(
    (option) => list(option.enum) ?? ("const" in option ? [option.const] : undefined),
  );
  if (values.every((value) => value !== undefined))
    return { ...meta, kind: "choice", options: values.flatMap((value) => value ?? []) };
  return { ...meta, kind: "union", options: labelled(tagged(flat, branches)) };
}

/** Names the tags of an option in its schema, for `objectShape`. */
const tagsKey = "x-union-tags";

/**
 * Options of a union with what tells them apart: the property that the schema names, which pydantic then asks for even
 * if it has a default, else those whose constants all differ.
 */
function tagged(flat: Json, options: readonly Json[]): readonly Json[] {
  const named = isRecord(flat.discriminator) ? text(flat.discriminator.propertyName) : undefined;
  const [first] = options;
  const keys = isRecord(first?.properties) ? Object.keys(first.properties) : [];
  const tags = named === undefined ? keys.filter((key) => differs(key, options)) : [named];
  if (tags.length === 0) return options;
  return options.map((option) => {
    if (!isRecord(option.properties)) return option;
    const required = [...(list(option.required) ?? []), ...(named === undefined ? [] : tags)];
    return {
      ...option,
      [tagsKey]: tags,
      ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
    };
  });
}

function differs(key: string, options: readonly Json[]): boolean {
  const constants = options.map(({ properties }) => constantOf(isRecord(properties) ? properties[key] : {}));
  return constants.every((text) => text !== undefined) && new Set(constants).size === options.length;
}

/** As text; undefined for what is not constant. */
function constantOf(schema: unknown): string | undefined {
  if (!isRecord(schema)) return undefined;
  if ("const" in schema) return canonical(schema.const);
  const options = list(schema.enum);
  return options?.length === 1 ? canonical(options[0]) : undefined;
}

/** Options that would be called the same are numbered. */
function labelled(options: readonly Json[]) {
  const labels = options.map(labelOf);
  return options.map((schema, at) => {
    const label = labels[at] ?? "";
    const isAlone = labels.filter((other) => other === label).length === 1;
    return {
      schema,
      label: isAlone
        ? label
        : `${label} ${labels.slice(0, at + 1).filter((other) => other === label).length}`,
    };
  });
}

function labelOf(option: Json): string {
  const named = text(option.title);
  if (named) return named;
  if ("const" in option) return inOneLine(option.const);
  const options = list(option.enum);
  if (options && options.length <= 3) return options.map(inOneLine).join(" or ");
  const constants = Object.values(isRecord(option.properties) ? option.properties : {}).flatMap((property) =>
    isRecord(property) && "const" in property ? [inOneLine(property.const)] : [],
  );
  if (constants[0]) return constants[0];
  if (option.type === "array" && isRecord(option.items))
    return `list of ${text(option.items.type) ?? "values"}`;
  return (
    text(option.format) ??
    (Array.isArray(option.type) ? option.type.join(" or ") : (text(option.type) ?? "JSON"))
  );
}

function ofType(flat: Json, meta: Meta, root: Json): Shape | undefined {
  if (flat.type === "string") return textShape(flat, meta);
  if (flat.type === "integer" || flat.type === "number") return numberShape(flat, meta);
  if (flat.type === "boolean") return { ...meta, kind: "boolean" };
  if (flat.type === "null") return { ...meta, kind: "null" };
  if (flat.type === "array" || flat.items !== undefined || flat.prefixItems !== undefined)
    return listShape(flat, meta, root);
  if (flat.type === "object" || isRecord(flat.properties) || flat.additionalProperties !== undefined)
    return objectShape(flat, meta);
  return undefined;
}

function textShape(flat: Json, meta: Meta): TextShape {
  const maxLength = numberIn(flat.maxLength);
  return {
    ...meta,
    kind: "text",
    format: text(flat.format),
    minLength: numberIn(flat.minLength),
    maxLength,
    pattern: text(flat.pattern),
    isLong: (maxLength ?? 0) > 200 || text(flat.contentMediaType) !== undefined,
  };
}

function numberShape(flat: Json, meta: Meta): NumberShape {
  // The bounds of what a double keeps exactly are those of the machine, and nobody meant them.
  const bound = (value: unknown) => {
    const number = numberIn(value);
    return number !== undefined && Math.abs(number) < Number.MAX_SAFE_INTEGER ? number : undefined;
  };
  return {
    ...meta,
    kind: "number",
    isInteger: flat.type === "integer",
    min: bound(flat.minimum),
    max: bound(flat.maximum),
    above: bound(flat.exclusiveMinimum),
    below: bound(flat.exclusiveMaximum),
    multipleOf: numberIn(flat.multipleOf),
  };
}

function listShape(flat: Json, meta: Meta, root: Json): Shape {
  const amount: Amount = {
    minItems: numberIn(flat.minItems),
    maxItems: numberIn(flat.maxItems),
    isUnique: flat.uniqueItems === true,
  };
  // Before 2020-12 a tuple was a list of `items`, and what followed it `additionalItems`.
  const isOld = Array.isArray(flat.items);
  const first = list(flat.prefixItems) ?? list(flat.items) ?? [];
  const item = isOld ? flat.additionalItems : flat.items;
  const options = first.length === 0 ? list(flatten(item, root).enum) : undefined;
  if (options && options.length <= 12) return { ...meta, ...amount, kind: "choices", options };
  return { ...meta, ...amount, kind: "list", first, item: item ?? (isOld || first.length === 0 ? {} : item) };
}

function objectShape(flat: Json, meta: Meta): ObjectShape {
  const required = list(flat.required) ?? [];
  const tags = list(flat[tagsKey]) ?? [];
  const properties = Object.entries(isRecord(flat.properties) ? flat.properties : {}).map(
    ([key, schema]) => ({
      key,
      schema,
      isRequired: required.includes(key),
      isTag: tags.includes(key),
    }),
  );
  const names = isRecord(flat.propertyNames) ? flat.propertyNames : {};
  return {
    ...meta,
    kind: "object",
    properties: properties.toSorted((a, b) => positionOf(a.schema) - positionOf(b.schema)),
    others: flat.additionalProperties ?? (properties.length === 0 ? true : undefined),
    keyPattern: text(names.pattern),
  };
}

const positionOf = (schema: unknown): number => (isRecord(schema) ? (numberIn(schema.position) ?? 0) : 0);
