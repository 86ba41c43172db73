import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withoutPassword } from "./database-url.ts";
import { readSettings, Settings, settingVariables } from "./settings.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
const section = readme.slice(readme.indexOf("## Settings"), readme.indexOf("## Operating a server"));
/** The first cell of each row: the variables of one setting, or of some that belong together. */
const named = [...section.matchAll(/^\| (`PRAETOR_[^|]*)\|/gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
);

test.each(Settings.keyof().options)("the setting %s is in the table of the README", (setting) => {
  expect(named).toContain(settingVariables[setting][0]);
});

test("the table of the README contains only variables that are read", () => {
  const known = new Set(Object.values(settingVariables).flat());
  expect(named.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  expect(named.length).toBe(new Set(named).size);
});

test("the error of an invalid setting has its variable, the expected and the actual value", () => {
  const read = (name: string, value: string) => () => readSettings({ [name]: value }, { home: "/nowhere" });
  expect(read("PRAETOR_SERVER_PORT", "far")).toThrow(/^PRAETOR_SERVER_PORT: .*\(got "far"\)$/);
  expect(read("PRAETOR_SERVER_EVENT_RETENTION_DAYS", "0")).toThrow(/^PRAETOR_SERVER_EVENT_RETENTION_DAYS: /);
});

test.each([
  ["postgres://me:se@cret@db:5432/p?sslmode=require", "postgres://me:••••••@db:5432/p?sslmode=require"],
  ["postgresql://db/p?user=me&password=secret&x=1", "postgresql://db/p?user=me&password=••••••&x=1"],
  ["postgres://me@db/p", "postgres://me@db/p"],
  ["/var/lib/praetor.db", "/var/lib/praetor.db"],
])("%s is shown as %s", (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
