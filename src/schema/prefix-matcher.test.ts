import fc from "fast-check";
import { expect, test } from "vitest";
import { globMatcher, someGlobMatcher } from "./globs.ts";
import { beginningMatcher } from "./prefix-matcher.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "é", "😀"), maxLength: 6 });
const glob = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 5 });

test("matching many prefixes equals matching each of them", () => {
  fc.assert(
    fc.property(text, fc.array(text), (whole, beginnings) => {
      const expected = beginnings.some((beginning) => whole.startsWith(beginning));
      expect(beginningMatcher(beginnings)(whole)).toBe(expected);
    }),
  );
});

test("matching many globs equals matching each of them", () => {
  fc.assert(
    fc.property(text, fc.array(glob), (whole, globs) => {
      expect(someGlobMatcher(globs)(whole)).toBe(globs.some((each) => globMatcher(each)(whole)));
    }),
  );
});
