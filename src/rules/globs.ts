/**
 * `*` stands for any characters, `?` for one. Without a regular expression, which backtracks: forty stars in a glob of
 * somebody would keep the server busy for longer than anybody lives.
 */
export const globMatcher =
  (glob: string) =>
  (text: string): boolean => {
    let at = 0;
    let place = 0;
    /** The last star, and how far what it stands for reaches. */
    let star = -1;
    let reach = 0;
    while (place < text.length) {
      const wanted = glob[at];
      if (wanted === "*") {
        star = at++;
        reach = place;
      } else if (wanted !== undefined && (wanted === "?" || wanted === text[place])) {
        at++;
        place++;
      } else if (star >= 0) {
        at = star + 1;
        place = ++reach;
      } else return false;
    }
    while (glob[at] === "*") at++;
    return at === glob.length;
  };
