/** What all of these names begin with, without the beginning of a number or of an id at its end. */
export function commonName(names: readonly string[]): string {
  const sorted = names.toSorted();
  const [first = ""] = sorted;
  const last = sorted.at(-1) ?? "";
  if (first === last) return first;
  let length = 0;
  while (length < first.length && first[length] === last[length]) length += 1;
  return first.slice(0, length).replace(/[-_.\s]+[0-9a-f]*$/, "") || first;
}
