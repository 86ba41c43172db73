import { beginningMatcher } from "./prefix-matcher.ts";

/**
 * `*` stands for any characters, `?` for one code point. Without a regular expression, whose backtracking is exponential: forty stars in a user's
 * glob would block the server forever.
 */
export const globMatcher =
  (glob: string) =>
  (text: string): boolean => {
    let at = 0;
    let place = 0;
    /** The last star, and the end of its match. */
    let star = -1;
    let reach = 0;
    while (place < text.length) {
      const wanted = glob[at];
      if (wanted === "*") {
        star = at++;
        reach = place;
      } else if (wanted !== undefined && (wanted === "?" || wanted === text[place])) {
        place += wanted === "?" && isPair(text, place) ? 2 : 1;
        at++;
      } else if (star >= 0) {
        at = star + 1;
        place = ++reach;
      } else return false;
    }
    while (glob[at] === "*") at++;
    return at === glob.length;
  };

/**
 * Matches any of many globs. Literals and prefixes are looked up together; before each
 * of the others `inTime` is called, which may throw.
 */
export function someGlobMatcher(
  globs: readonly string[],
  inTime: () => void = () => {},
): (text: string) => boolean {
  const exact = new Set(globs.filter((glob) => !isGlob(glob)));
  const begins = beginningMatcher(globs.filter(isBeginning).map((glob) => glob.slice(0, -1)));
  const others = globs.filter((glob) => isGlob(glob) && !isBeginning(glob)).map(globMatcher);
  const fitsOther = (text: string) =>
    others.some((fits) => {
      inTime();
      return fits(text);
    });
  return (text) => exact.has(text) || begins(text) || fitsOther(text);
}

/** Whether a surrogate pair begins there. */
const isPair = (text: string, place: number) => (text.codePointAt(place) ?? 0) > 0xffff;

export const isGlob = (text: string): boolean => /[*?]/.test(text);
const isBeginning = (glob: string) => /^[^*?]*\*$/.test(glob);
