/** Longest message of a state that the SDK reports and that lists of runs show, in UTF-16 units; logs hold the whole text. */
export const maxListedMessage = 4_000;
/** Longest message of a state that the server stores. */
export const maxStateMessage = 100_000;

/** Truncates a long text and appends how much is missing. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not within a surrogate pair: a lone surrogate is refused on the wire.
  const end = isHighSurrogate(text.charCodeAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${(text.length - end).toLocaleString("en")} more characters)`;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
