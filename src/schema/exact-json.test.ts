import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExact, parsing } from "./exact-json.ts";

const number = fc.constantFrom("1.0", "-0", "1e5", "1.50", "9007199254740993", "0.1", "12", "-3.25", "1E-7");
const text = fc.string({
  unit: fc.constantFrom("1.0", '"', "\\", ",", ":", "[", "é", "-0", " "),
  maxLength: 8,
});

/** JSON as other languages write it, without spaces. */
const written: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    number,
    text.map((each) => JSON.stringify(each)),
    fc.constantFrom("null", "true", "[]", "{}"),
    fc.array(tie("any"), { maxLength: 5 }).map((list) => `[${list.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(text, tie("any")), { maxLength: 5, selector: ([key]) => key })
      .map((entries) => `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${each}`).join(",")}}`),
  ),
})).any;

test("every number is written as it was read", () => {
  fc.assert(
    fc.property(written, (json) => {
      expect(JSON.stringify(parseExact(json))).toBe(json);
    }),
  );
});

test.each([
  "[01.0]",
  "[1.0",
  "[1.0]]",
  "[1.0 2.0]",
  '["\n",1.0]',
  "[1.0,]",
  "[.0]",
  "[+1.0]",
  "[1.0e]",
  '"1.0',
])("what is no JSON is refused: %j", (json) => {
  expect(() => parseExact(json)).toThrow(SyntaxError);
});

test("a long list is parsed in many steps", () => {
  const list = `[${"1.0,".repeat(200_000)}1.0]`;
  const steps = [...parsing(list)];
  expect(steps.length).toBeGreaterThan(20);
  expect(JSON.stringify(parseExact(list))).toBe(list);
});
