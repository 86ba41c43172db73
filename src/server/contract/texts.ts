import fc from "fast-check";

// Scalars as clients send them. What is wanted is what a server stumbles over: the odd, not the usual.

const oddTexts = [
  ...["", " ", "\t\n\r", "\u0001\u001b\u007f", "%_\\*?[", "'; drop table flow; --", '"', "null", "0", "-"],
  ...["__proto__", "constructor", "👩‍👩‍👧", "\u202eabc\ufeff", "İıß", "a.b.*", "{{ x }}", "$1", "2026-01-01"],
  "ä".repeat(2000),
];
/** Any text of Unicode without NUL, which PostgreSQL cannot keep. */
export const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  { weight: 2, arbitrary: fc.constantFrom(...oddTexts) },
);

const ofLetters = (letters: string) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
export const slug = ofLetters("abcxyz019-");
export const variableName = ofLetters("abcxyz019_-");
/** A name of the contract: no `/ % & > <`. It stands in paths too. */
export const name = fc.oneof(
  ofLetters("abcXYZ 019_.-,:;+=@#?ä好'\"\\|()[]{}~^$!*"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }).filter((each) => !/[/%&><\n]/.test(each)),
);

const day = fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
const zones = fc.constantFrom("Z", "+00:00", "-08:00", "+05:30", "+14:00");
const fractions = fc.constantFrom("", ".1", ".123", ".123456");
/** Instants in all the ways that clients write them. */
export const time = fc
  .tuple(day, fractions, zones, fc.constantFrom("T", "T", " "))
  .map(
    ([date, fraction, zone, between]) =>
      date.toISOString().slice(0, 19).replace("T", between) + fraction + zone,
  );

export const integer = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.constantFrom(-1, -(2 ** 31), 2 ** 31 - 1, 100, 200, 255, 65_536),
);
export const number = fc.oneof(integer, fc.constantFrom(0.5, -1.25, 1e-9, 123_456.789, 86_400));

/** Keys of what users keep: `__proto__` is left out of them, wherever it comes from. */
export const key = text.filter((each) => each !== "__proto__");
const leaf = fc.oneof(text, number, time, fc.uuid(), fc.boolean(), fc.constant(null));
const nested = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
}));
export const json: fc.Arbitrary<unknown> = nested.value;
export const jsonObject: fc.Arbitrary<unknown> = nested.object;

// Hostile input.
const badTexts = [
  ...["\0", "a\0b", "\ud800", "a\udfff", "..", "../../etc/passwd", "%00", "%", "%ff", "NaN", "1e999"],
  ...["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "PT", "P1Y", "-PT5M"],
  ...["(a+)+$", "[", "* * * * * * * *", "FREQ=SECONDLY;COUNT=99999999", "a".repeat(70_000)],
];
export const hostileText = fc.oneof(fc.constantFrom(...badTexts), text, fc.uuid(), time);
const badNumbers = [
  ...[-1, -0, 0.1, 201, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, 2 ** 64, -(2 ** 63), 1e21, 1e308, -1e308, 5e-324],
];
const deep = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...badTexts),
  fc.constantFrom<unknown>(...badNumbers),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], [null], { __proto__: null }, deep(20), deep(150)),
  time,
  text,
  fc.uuid(),
  json,
);
/** Keys that some object somewhere has, and some that none has. */
export const hostileKey = fc.oneof(
  fc.constantFrom(
    "any_",
    "operator",
    "id",
    "limit",
    "type",
    "__proto__",
    "constructor",
    "toString",
    "a\0",
    "",
  ),
  text,
);
