import {
  answerOf,
  type Language,
  named,
  notAnAnswer,
  type Query,
  read,
  tagFilter,
  type Value,
  withTerm as withTermOf,
} from "../lists/query-text.ts";

/** What can be asked of deployments. */
const keys = [
  { key: "name", hint: "part of the deployment's name", examples: "nightly" },
  { key: "flow", hint: "part of the flow's name, or all of it in quotes", examples: '"daily-etl"' },
  { key: "tag", hint: "has this tag, or one of several", examples: "prod" },
  { key: "paused", hint: "yes or no", examples: "yes" },
  { key: "pool", hint: "name of its work pool", examples: '"local"' },
  { key: "queue", hint: "name of its work queue", examples: "default" },
  { key: "limit", hint: "has a limit on its runs: yes or no", examples: "yes" },
] as const;
export type Key = (typeof keys)[number]["key"];

export const language: Language<Key> = {
  keys,
  negatable: new Set(),
  objection: (key, [first]) => (key === "paused" || key === "limit" ? notAnAnswer(key, first) : undefined),
};

export const parse = (q: string): Query<Key> => read(q, language);
export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });

/** What a query means on the wire; every condition has a filter there. */
export function mean({ terms }: Query<Key>) {
  const of = (key: Key | "text") => terms.filter((term) => term.key === key);
  const valuesOf = (key: Key | "text") => of(key).flatMap((term) => term.values);
  const answer = (key: Key) => answerOf(valuesOf(key).at(-1));
  const words = valuesOf("text").map((value) => value.text);
  const names = valuesOf("name");
  const tags = tagFilter(of("tag"));
  const limited = answer("limit");
  const deployments = {
    ...(names.length > 0 ? { name: named(names) } : {}),
    ...(words.length > 0 ? { flow_or_deployment_name: { like_: words.join(" ") } } : {}),
    ...(tags ? { tags } : {}),
    ...(answer("paused") === undefined ? {} : { paused: { eq_: answer("paused") } }),
    ...(valuesOf("queue").length > 0 ? { work_queue_name: { any_: texts(valuesOf("queue")) } } : {}),
    ...(limited === undefined ? {} : { concurrency_limit: { is_null_: !limited } }),
  };
  return {
    ...(Object.keys(deployments).length > 0 ? { deployments } : {}),
    ...(valuesOf("flow").length > 0 ? { flows: { name: named(valuesOf("flow")) } } : {}),
    ...(valuesOf("pool").length > 0 ? { work_pools: { name: { any_: texts(valuesOf("pool")) } } } : {}),
  };
}

const texts = (values: readonly Value[]): string[] => values.map((value) => value.text);
