import type { Json } from "../../schema/scalars.ts";

// The kinds of fields of block schemas.

const orNull = (type: Json, more: Json = {}): Json => ({
  anyOf: [type, { type: "null" }],
  default: null,
  ...more,
});
const words = (title: string, description: string) => ({ title, description });

export const text = (title: string, description: string, more: Json = {}): Json => ({
  type: "string",
  ...words(title, description),
  ...more,
});

export const secret = (title: string, description: string): Json =>
  text(title, description, { format: "password", writeOnly: true });

export const optionalText = (title: string, description: string, more: Json = {}): Json =>
  orNull({ type: "string" }, { ...words(title, description), ...more });

export const optionalTexts = (title: string, description: string): Json =>
  orNull({ type: "array", items: { type: "string" } }, words(title, description));

export const texts = (title: string, description: string): Json => ({
  type: "array",
  items: { type: "string" },
  ...words(title, description),
});

const textMap = { type: "object", additionalProperties: { type: "string" } };
export const optionalMap = (title: string, description: string, more: Json = {}): Json =>
  orNull({ ...textMap, ...more }, words(title, description));

export const map = (title: string, description: string): Json => ({
  type: "object",
  ...words(title, description),
});

export const flag = (title: string, description: string, value: boolean): Json => ({
  type: "boolean",
  default: value,
  ...words(title, description),
});

export const number = (title: string, description: string, value: number, type = "integer"): Json => ({
  type,
  default: value,
  ...words(title, description),
});

export const choice = (title: string, description: string, options: readonly string[]): Json => ({
  type: "string",
  enum: options,
  default: options[0],
  ...words(title, description),
});

export const httpMethod: Json = {
  ...choice("Method", "How it is called.", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
  default: "POST",
};

export const either = (
  title: string,
  description: string,
  options: readonly Json[],
  more: Json = {},
): Json => ({
  anyOf: options,
  ...words(title, description),
  ...more,
});
