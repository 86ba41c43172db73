// A key that cannot be set as others are: whatever copies an object key by key would lose it.
const lost = "__proto__";
const mayBeIn = /__proto__|\\u005f/i;

export const lostKey = `expected no key of the name ${lost}, which cannot be kept`;

/** Whether JSON, as the text that it was and as the value that it is, has such a key anywhere. */
export const losesKey = (text: string, value: unknown): boolean => mayBeIn.test(text) && hasLostKey(value);

export function hasLostKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, lost) || Object.values(value).some(hasLostKey);
}
