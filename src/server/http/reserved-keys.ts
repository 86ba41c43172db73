// A key that cannot be set as others are: whatever copies an object key by key would lose it.
const reservedKey = "__proto__";
const mayBeIn = /__proto__|\\u005f/i;

export const reservedKeyMessage = `expected no key of the name ${reservedKey}, which cannot be kept`;

/** Whether JSON, as the text that it was and as the value that it is, has such a key anywhere. */
export const hasReservedKey = (text: string, value: unknown): boolean =>
  mayBeIn.test(text) && containsReservedKey(value);

export function containsReservedKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, reservedKey) || Object.values(value).some(containsReservedKey);
}
