import type { DatabaseSync } from "node:sqlite";
import { someGlobMatcher } from "../../schema/globs.ts";

/**
 * `some_globs(JSON list of globs)` is a handle of them for as long as a request takes, and `fits_some(text, handle)` whether
 * the text is like one of them. As rows of a query that are compared by GLOB they cost twenty times as much.
 */
export class SqliteGlobs {
  #matchers: ((text: string) => boolean)[] = [];

  /** `inTime` is called while globs are compared, and throws where that has taken too long. */
  constructor(database: DatabaseSync, inTime: () => void) {
    database.function("some_globs", { directOnly: true }, (list) => {
      const globs: string[] = JSON.parse(String(list));
      return this.#matchers.push(someGlobMatcher(globs, inTime)) - 1;
    });
    database.function("fits_some", { directOnly: true }, (text, handle) => {
      const fits = this.#matchers[Number(handle)];
      return text !== null && fits?.(String(text)) ? 1 : 0;
    });
  }

  /** Lets go of the globs of the request before. */
  clear(): void {
    if (this.#matchers.length > 0) this.#matchers = [];
  }
}
