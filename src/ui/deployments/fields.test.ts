import { expect, test } from "vitest";
import { compileQuery } from "../lists/compile-query.ts";
import { read } from "../lists/query-text.ts";
import { fields, language, withTerm } from "./fields.ts";

test.each([
  ["nothing", "", {}],
  ["words", "nightly eu", { deployments: { flow_or_deployment_name: { like_: "nightly eu" } } }],
  ["part of a name", "name:night", { deployments: { name: { like_: "night" } } }],
  ["the whole of it", 'name:"nightly"', { deployments: { name: { any_: ["nightly"] } } }],
  ["a flow", 'flow:"daily etl"', { flows: { name: { any_: ["daily etl"] } } }],
  ["two tags together", "tag:prod tag:eu", { deployments: { tags: { all_: ["prod", "eu"] } } }],
  ["one of two tags", "tag:prod,eu", { deployments: { tags: { any_: ["prod", "eu"] } } }],
  ["paused ones", "paused:yes", { deployments: { paused: { eq_: true } } }],
  ["those that are not", "paused:No", { deployments: { paused: { eq_: false } } }],
  ["a pool", 'pool:"local"', { work_pools: { name: { any_: ["local"] } } }],
  ["a queue", "queue:default", { deployments: { work_queue_name: { any_: ["default"] } } }],
  ["those with a limit", "limit:yes", { deployments: { concurrency_limit: { is_null_: false } } }],
])("%s", (_, text, meaning) => {
  const query = read(text, language);
  expect(query.misunderstood).toEqual([]);
  expect(compileQuery(query, fields, { now: 0 })).toEqual({ server: meaning, client: [] });
});

test("what was clicked takes the place of another condition of its kind, in quotes where it is a name", () => {
  expect(withTerm('flow:"a" tag:x', "flow", "daily etl")).toBe('tag:x flow:"daily etl"');
  expect(withTerm("tag:x", "tag", "y")).toBe("tag:x tag:y");
});
