import { expect, test } from "vitest";
import { type CompileOptions, compileQuery } from "../lists/compile-query.ts";
import { type Known, queryLanguage, vocabularyOf } from "../lists/query-fields.ts";
import { suggest } from "../lists/query-suggestions.ts";
import { corrected, read, without } from "../lists/query-text.ts";
import { withZone } from "../parts/time/times.ts";
import { fieldsOf, type RunRow, withTerm } from "./fields.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const day = 86_400_000;
const fields = fieldsOf["flow-runs"];
const parse = (text: string, known?: Known) => read(text, queryLanguage(fields, known));
/** With subflows, of which there is a test of its own. */
const compile = (text: string, options: Partial<CompileOptions> = {}) =>
  compileQuery(parse(`${text} subflows:shown`, options), fields, { now, ...options });
const iso = (ms: number) => new Date(ms).toISOString().replace("Z", "000Z");

test.each([
  ["nothing", "", {}],
  ["a type of state", "state:failed", { flow_runs: { state: { type: { any_: ["FAILED"] } } } }],
  [
    "several, in any case of letters",
    "State:Failed,CRASHED",
    { flow_runs: { state: { type: { any_: ["FAILED", "CRASHED"] } } } },
  ],
  [
    "the default name of a type, and no other state of the type",
    'state:"Failed"',
    { flow_runs: { state: { name: { any_: ["Failed"] } } } },
  ],
  ["no deployment", "deployment:none", { flow_runs: { deployment_id: { is_null_: true } } }],
  ["any tag", "-tag:none", { flow_runs: { tags: { is_null_: false } } }],
  ["a name of a state", "state:late", { flow_runs: { state: { name: { any_: ["Late"] } } } }],
  [
    "a type or a name",
    "state:running,late",
    { flow_runs: { state: { operator: "or_", type: { any_: ["RUNNING"] }, name: { any_: ["Late"] } } } },
  ],
  ["not a state", "-state:completed", { flow_runs: { state: { type: { not_any_: ["COMPLETED"] } } } }],
  ["part of a flow's name", "flow:etl", { flows: { name: { like_: "etl" } } }],
  ["the whole of it", 'flow:"daily etl"', { flows: { name: { any_: ["daily etl"] } } }],
  ["one of several flows", 'flow:"a","b"', { flows: { name: { any_: ["a", "b"] } } }],
  ["part of a deployment's name", "deployment:night", { deployments: { name: { like_: "night" } } }],
  [
    "a deployment of a flow",
    'deployment:"etl/nightly"',
    { flows: { name: { any_: ["etl"] } }, deployments: { name: { any_: ["nightly"] } } },
  ],
  ["a tag", "tag:prod", { flow_runs: { tags: { all_: ["prod"] } } }],
  ["two tags together", "tag:prod tag:eu", { flow_runs: { tags: { all_: ["prod", "eu"] } } }],
  ["one of two tags", "tag:prod,eu", { flow_runs: { tags: { any_: ["prod", "eu"] } } }],
  [
    "one of two tags, and a third",
    "tag:prod,eu tag:core",
    { flow_runs: { tags: { all_: ["core"], any_: ["prod", "eu"] } } },
  ],
  ["no tags", "tag:none", { flow_runs: { tags: { is_null_: true } } }],
  ["part of the run's name", "name:otter", { flow_runs: { name: { like_: "otter" } } }],
  ["plain words", "red otter", { flow_runs: { name: { like_: "red otter" } } }],
  ["a day ago", "since:24h", { flow_runs: { start_time: { after_: iso(now - day) } } }],
  [
    "a date, in UTC",
    "since:2026-11-20 until:2026-11-21T06:30",
    {
      flow_runs: {
        start_time: { after_: iso(now - 2.5 * day), before_: iso(Date.parse("2026-11-21T06:30Z")) },
      },
    },
  ],
  [
    "an id",
    "id:01a202c9-9323-7893-bb27-c2c9c6e6f179",
    { flow_runs: { id: { any_: ["01a202c9-9323-7893-bb27-c2c9c6e6f179"] } } },
  ],
])("%s", (_, text, server) => {
  expect(parse(text).misunderstood).toEqual([]);
  expect(compile(text)).toMatchObject({ server, client: [] });
  expect(compile(text).server).toEqual(server);
});

test.each([
  ["colour:red", "there is no field “colour”; expected state, flow"],
  ["stat:failed", "there is no field “stat”; did you mean state?"],
  ["state:faild", "there is no state “faild”; did you mean failed?"],
  ["state:failed,crashd", "there is no state “crashd”; did you mean crashed?"],
  ["state:", "needs a value"],
  ["since:yesterday", "expected a time such as 24h"],
  ["dur:long", "expected a duration such as >10s"],
  ["param:region", "needs a name and a value"],
  ["id:123", "expected whole ids"],
  ["-since:1h", "cannot be negated"],
])("%s is not understood, and told", (text, reason) => {
  const { terms, misunderstood } = parse(`tag:x ${text}`);
  expect(terms).toHaveLength(1);
  expect(misunderstood).toMatchObject([{ text, reason: expect.stringContaining(reason) }]);
});

const row: RunRow = {
  state: "Failed",
  seconds: 30,
  message: "TypeError: No City",
  parameters: { region: "eu", batch: 7, full: false },
  name: "red-otter",
  tags: ["prod", "eu"],
  flow: "daily etl",
  version: "1.4",
};
test.each([
  ["dur:>10s", true],
  ["dur:>1m", false],
  ["dur:<1m", true],
  ["dur:10s..20s", false],
  ["dur:10s..40s", true],
  ["param:region=EU", true],
  ["param:batch=7", true],
  ["param:full=true", false],
  ["-param:full=true", true],
  ["param:absent=1", false],
  ["err:city", true],
  ['err:"no city"', true],
  ["-err:city", false],
  ["-tag:prod", false],
  ["-tag:test", true],
  ["-tag:test,prod", false],
  ["-name:otter", false],
  ["-name:lynx", true],
  ["-flow:etl", false],
  ['-flow:"etl"', true],
  ['-flow:"daily etl"', false],
  ["tag:prod,test tag:eu,us", true],
  ["tag:prod,eu tag:test,us", false],
  ["tag:none,prod", true],
  ["tag:none,test", false],
  ["tag:pr*", true],
  ["-tag:pr*", false],
  ["version:none", false],
  ["-version:1.4", false],
  ["name:red otter", true],
  ["name:red lynx", false],
])("%s lets a row through: %s", (text, passes) => {
  expect(compile(text, { isPraetor: false }).client.every((filter) => filter(row))).toBe(passes);
});

test.each([
  ["", "state", "failed", "state:failed"],
  ["state:running since:1h", "state", "failed", "since:1h state:failed"],
  ["tag:a", "tag", "b", "tag:a tag:b"],
  ["", "flow", "daily etl", 'flow:"daily etl"'],
] as const)("%j with %s %s is %j", (text, key, value, expected) => {
  expect(withTerm(text, key, value)).toBe(expected);
});

test("a condition can be taken out of the middle", () => {
  const text = "tag:a state:failed since:1h";
  expect(without(text, parse(text).terms.slice(1, 2))).toBe("tag:a since:1h");
});

test("a mistake can be set right with what was probably meant", () => {
  const text = "stat:failed tag:a -state:compleet,late";
  expect(corrected(text, parse(text).misunderstood)).toBe("state:failed tag:a -state:completed,late");
});

test.each([
  ["since:2026-11-22", "2026-11-22T00:00+01:00"],
  ["since:2026-07-22T08:30", "2026-07-22T08:30+02:00"],
  ["since:2026-07-22T08:30Z", "2026-07-22T08:30Z"],
  ["since:2026-07-22T08:30-04:00", "2026-07-22T08:30-04:00"],
])("%s is meant in the zone of the settings: %s", (text, time) => {
  const zone = "Europe/Berlin";
  expect(compile(text, { zone })).toMatchObject({ since: Date.parse(time) });
  const brushed = withZone(Date.parse(time), zone);
  expect(compile(`since:${brushed}`, { zone: "Asia/Tokyo" })).toMatchObject({
    since: Date.parse(time),
  });
  expect(brushed).toMatch(/\+0[12]:00$/);
});

test("names of states that were seen on the server count as known, and all others do not", () => {
  const states = ["Faild", "Needs review"];
  expect(parse('state:Faild,"needs review"', { states }).misunderstood).toEqual([]);
  expect(compile('state:Faild,"needs review"', { states }).server).toEqual({
    flow_runs: { state: { name: { any_: ["Faild", "Needs review"] } } },
  });
  expect(parse("state:quarantined", { states }).misunderstood).toHaveLength(1);
  // Where a server does not tell, only what is close to a standard name is taken for a mistake.
  expect(parse("state:quarantined").misunderstood).toEqual([]);
});

test("a minus before the name of a state filters task runs too, for which the API has no negation", () => {
  const list = fieldsOf["task-runs"];
  const query = read("-state:completed,late", queryLanguage(list));
  const { server, client } = compileQuery(query, list, { now, isPraetor: false });
  expect(compileQuery(query, list, { now })).toMatchObject({
    client: [],
    server: { task_runs: { praetor: { state_name: [{ any_: ["Late"], not: true }] } } },
  });
  expect(server.task_runs?.state?.type?.any_).toContain("FAILED");
  expect(server.task_runs?.state?.type?.any_).not.toContain("COMPLETED");
  expect([row, { ...row, state: "Late" }].map((one) => client.every((filter) => filter(one)))).toEqual([
    true,
    false,
  ]);
});

test.each([
  ["", "state:failed,crashed"],
  ["fl", "flow:"],
  ["fail", "state:failed"],
  ["etl", 'flow:"daily etl"'],
  ["tag:", "tag:none"],
  ["since:", "since:24h"],
  ["dur:", "dur:>10s"],
])("%j is completed with %s, among others", (draft, expected) => {
  const vocabulary = vocabularyOf(fields, { names: { flow: ["daily etl"], tag: ["prod"] } });
  expect(suggest(draft, vocabulary).map(({ text }) => text)).toContain(expected);
});

test.each([
  ["", { is_null_: true }],
  ["state:failed", { is_null_: true }],
  ["subflows:hidden", { is_null_: true }],
  ["subflows:only", { is_null_: false }],
  ["subflows:shown", undefined],
  ['flow:"etl"', undefined],
  ["otter", undefined],
  ['flow:"etl" subflows:hidden', { is_null_: true }],
])("of subflows, “%s” asks %o", (text, asked) => {
  expect(compileQuery(parse(text), fields, { now }).server.flow_runs?.parent_task_run_id).toEqual(asked);
});

test("subflows are shown, hidden or the only ones", () => {
  expect(parse("subflows:all").misunderstood[0]?.reason).toContain("hidden, shown, only");
});

test.each([
  ["dur:>1m", { duration: [{ any_: [{ ge_: 60 }], not: false }] }],
  [
    "dur:10s..20s,<1s",
    {
      duration: [
        {
          any_: [
            { ge_: 10, le_: 20 },
            { ge_: 0, le_: 1 },
          ],
          not: false,
        },
      ],
    },
  ],
  ["param:a.b=x=y", { parameters: [{ any_: [{ path: "a.b", value: "x=y" }], not: false }] }],
  [
    "err:a -err:b,c",
    {
      message: [
        { any_: ["a"], not: false },
        { any_: ["b", "c"], not: true },
      ],
    },
  ],
  ["-tag:prod", { tags: [{ any_: [{ text: "prod", match: "whole" }], not: true }] }],
  [
    "tag:team=* tag:a,b tag:c,d",
    {
      tags: [
        { any_: [{ text: "team=", match: "start" }], not: false },
        { any_: [{ text: "c" }, { text: "d" }], not: false },
      ],
    },
  ],
  [
    '-name:otter,"red"',
    {
      name: [
        {
          any_: [
            { text: "otter", match: "part" },
            { text: "red", match: "whole" },
          ],
          not: true,
        },
      ],
    },
  ],
  ["name:red lynx", { name: [{ any_: [{ text: "lynx", match: "part" }], not: false }] }],
  ["-flow:etl", { flow_name: [{ any_: [{ text: "etl", match: "part" }], not: true }] }],
  ["version:none", { flow_version: [{ any_: [null], not: false }] }],
  ["-version:1.4", { flow_version: [{ any_: ["1.4"], not: true }] }],
])("our server filters by %s", (text, own) => {
  const { server, client } = compile(text);
  expect(client).toEqual([]);
  expect(server.flow_runs?.praetor).toMatchObject(own);
});
