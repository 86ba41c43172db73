// PostgreSQL keeps no NUL, and neither database keeps half of a surrogate pair. In JSON both come as escapes.

const escapes =
  /\\(?:u0000|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g;
const unkept = /^\\u(?:0000|[dD]...)$/;

/** A text of JSON with a mark in place of each character that no database keeps. */
export function mended(json: string): string {
  return json.includes("\\u")
    ? json.replace(escapes, (found) => (unkept.test(found) ? "\\ufffd" : found))
    : json;
}

export const unkeepable = "expected text without NUL and without halves of surrogate pairs";
