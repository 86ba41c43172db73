// PostgreSQL keeps no NUL, and neither database keeps half of a surrogate pair. In JSON both come as escapes.

const escapes =
  /\\(?:u0000|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g;
const unstorable = /^\\u(?:0000|[dD]...)$/;

/** A text of JSON with a mark in place of each character that no database keeps. */
export function replaceUnstorable(json: string): string {
  return json.includes("\\u")
    ? json.replace(escapes, (found) => (unstorable.test(found) ? "\\ufffd" : found))
    : json;
}

export const unstorableText = "expected text without NUL and without halves of surrogate pairs";

/** Where the first text, or name, that no database keeps stands in JSON; nothing where the text is no JSON. */
export function pathOfUnstorable(json: string): string[] {
  try {
    return pathIn(JSON.parse(json)) ?? [];
  } catch {
    return [];
  }
}

const isUnstorable = (text: string): boolean => text.includes("\0") || !text.isWellFormed();

function pathIn(value: unknown): string[] | undefined {
  if (typeof value === "string") return isUnstorable(value) ? [] : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (isUnstorable(key)) return [];
    const place = pathIn(inner);
    if (place) return [key, ...place];
  }
  return undefined;
}
