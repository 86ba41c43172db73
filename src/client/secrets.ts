// Hides values that look like secrets in texts that users share. Based on names and shapes, so it is
// a heuristic: users should still read a text before sharing it.

const hidden = "[hidden]";
const secretName =
  /pass(?:word|wd|phrase)?$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie/i;

/** A JSON value without the values of keys whose names suggest secrets, and without secrets in its texts. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return withoutSecretsInText(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretName.test(key) && canBeSecret(inner) ? hidden : withoutSecrets(inner),
    ]),
  );
}

/** Numbers are not secrets: `max_tokens`. */
const canBeSecret = (value: unknown): boolean =>
  typeof value === "string" || (typeof value === "object" && value !== null);

/** Passwords in URLs, and what follows `Bearer` and names like `api_key=`. Linear in the length of the text. */
export const withoutSecretsInText = (text: string): string =>
  text
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/]{0,200}):[^\s@/]{1,200}@/gi, `$1:${hidden}@`)
    .replaceAll(/\b(Bearer|Basic) [\w.~+/=-]{8,}/g, `$1 ${hidden}`)
    .replaceAll(
      /\b([\w-]{0,40}(?:password|passwd|secret|token|api[-_]?key|access[-_]?key)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"',;&]{3,}/gi,
      `$1${hidden}`,
    );
