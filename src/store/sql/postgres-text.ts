const escapedZero = /(?<!\\)((?:\\\\)*)\\u0000/g;

/** PostgreSQL has no character zero, in text as in JSON: what others show in its place stands for it. */
export function storable(value: string): string {
  const text = value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
  const isJson = text.includes("\\u0000") && /^[{["]/.test(text);
  return isJson ? text.replace(escapedZero, "$1\\ufffd") : text;
}

/** A list as one text, in the notation of PostgreSQL. */
export const arrayText = (values: readonly unknown[]): string => `{${values.map(elementText).join(",")}}`;

const elementText = (value: unknown): string => {
  if (value === null || value === undefined) return "null";
  return typeof value === "number" ? String(value) : `"${storable(String(value)).replace(/["\\]/g, "\\$&")}"`;
};
