/**
 * Whether a text begins with one of many others; of none it never does. It costs as much as they have different lengths, not
 * as many as they are.
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
