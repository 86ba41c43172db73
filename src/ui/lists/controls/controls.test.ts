import { array, assert as check, constantFrom, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { fieldsOf, type Key } from "../../flow-runs/fields.ts";
import { queryLanguage } from "../query-fields.ts";
import { read } from "../query-text.ts";
import { readOption, readTime, readValues, writeOption, writeTime, writeValues } from "./controls.ts";

const fields = fieldsOf["flow-runs"];
const language = queryLanguage(fields);

/** Queries that a person may have typed before. */
const before = array(
  constantFrom(
    ...["state:failed", "-state:late", 'flow:"etl"', "flow:et", "tag:a,b", "tag:c", "-tag:x", "red otter"],
    ...["since:24h", "until:1h", "subflows:only", "dur:>1m", 'name:"a ""b"" c"', "nonsense:1", 'pool:"x y"'],
  ),
  { maxLength: 5 },
).map((terms) => terms.join(" "));
const name = string({ minLength: 1, maxLength: 8, unit: constantFrom(...'ab:," -_%é/=') }).filter(
  (text) => text.trim() === text && text !== "",
);
const others = (q: string, keys: readonly string[]) =>
  read(q, language)
    .terms.filter((term) => !keys.includes(term.key) || term.not)
    .map(({ from, to }) => q.slice(from, to));

test("a menu reads what it has written, and leaves other conditions alone", () => {
  const keys = constantFrom<Key>("flow", "tag", "pool", "deployment");
  check(
    property(
      before,
      keys,
      array(name, { minLength: 1, maxLength: 4 }),
      constantFrom("any", "all"),
      (q, key, list, match) => {
        const texts = [...new Set(list)];
        const values = texts.map((text) => ({ text, exact: true }));
        const mode = key === "tag" && texts.length > 1 ? match : "any";
        const next = writeValues(q, language, key, { values, match: mode });
        const found = readValues(next, language, key);
        expect(found.values.map(({ text }) => text)).toEqual(texts);
        expect(found.match).toBe(mode);
        expect(others(next, [key])).toEqual(others(q, [key]));
        expect(writeValues(next, language, key, { values: [], match: "any" })).toBe(
          writeValues(q, language, key, { values: [], match: "any" }),
        );
      },
    ),
  );
});

test("a range of time is read as it was written", () => {
  const control = { kind: "time", since: "since", until: "until", label: "Time" } as const;
  const bound = constantFrom(undefined, "24h", "7d", "2026-11-22", "2026-11-22T10:00");
  check(
    property(before, record({ since: bound, until: bound }), (q, chosen) => {
      const next = writeTime(q, language, control, chosen);
      expect(readTime(next, language, control)).toEqual(chosen);
      expect(others(next, ["since", "until"])).toEqual(others(q, ["since", "until"]));
    }),
  );
});

test("an option is read as it was written, and is not written where it holds anyway", () => {
  check(
    property(before, constantFrom("hidden", "shown", "only"), (q, option) => {
      const next = writeOption(q, fields, "subflows", option);
      expect(readOption(next, fields, "subflows")).toBe(option);
    }),
  );
  expect(writeOption("subflows:only", fields, "subflows", "hidden")).toBe("");
  expect(writeOption('flow:"a" subflows:only', fields, "subflows", "shown")).toBe('flow:"a"');
});
