/**
 * Tests a text for many prefixes; always false without any. The cost grows with the number of distinct lengths, not
 * of prefixes.
 */
export function beginningMatcher(beginnings: readonly string[]): (text: string) => boolean {
  const known = new Set(beginnings);
  const lengths = [...new Set(beginnings.map(({ length }) => length))].sort((a, b) => a - b);
  return (text) => {
    for (const length of lengths) {
      if (length > text.length) return false;
      if (known.has(text.slice(0, length))) return true;
    }
    return false;
  };
}
