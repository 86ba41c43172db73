import type { ArtifactCollection, artifacts } from "../../schema/artifacts.ts";
import type { Input } from "../../schema/route.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import type { Query, Value } from "../lists/query-text.ts";
import { isNamed, nameCondition } from "../lists/query-values.ts";
import { boundOf, valuesOf, wordsOf } from "../lists/request-query.ts";
import { timeOf } from "../parts/time/times.ts";

export type Key = "key" | "type" | "flow" | "run" | "task" | "deployment" | "since" | "until";

const name = (hint: string, example: string) => ({ reads: "name", isName: true, hint, example }) as const;
const types = ["markdown", "table", "link", "image", "progress", "result"];

export const fields: QueryFields<never, Key> = {
  fields: {
    key: { reads: "name", hint: "part of the key", example: "sales" },
    type: {
      reads: "text",
      isNegatable: true,
      choices: types,
      hint: "type of the artifact",
      example: "table",
    },
    flow: name("written by runs of this flow", "etl"),
    run: name("written by this flow run", "brave-fox"),
    task: name("written by this task run", "load"),
    deployment: name("written by runs of this deployment", "nightly"),
    since: { reads: "time", hint: "updated after", example: "24h" },
    until: { reads: "time", hint: "updated before", example: "2026-11-22" },
  },
  controls: [
    { kind: "values", key: "type", label: "Type" },
    { kind: "values", key: "flow", label: "Flow" },
    { kind: "time", since: "since", until: "until", label: "Time" },
  ],
  text: { hint: "in the key" },
  starters: [
    { text: "type:table", hint: "tables" },
    { text: "-type:result", hint: "without results" },
    { text: "since:24h", hint: "updated in the last day" },
  ],
};

export const language = queryLanguage(fields);

type LatestFilter = Omit<Input<typeof artifacts.filterLatest>, "sort" | "limit" | "offset">;

export interface ArtifactQuery {
  filter: LatestFilter;
  /** The API has no filter for times of artifacts. */
  since: number | undefined;
  until: number | undefined;
  /** Conditions that rows are tested for as they arrive; none where the server answers the whole query. */
  client: readonly ((row: ArtifactCollection) => boolean)[];
}

/** What a query asks of `/artifacts/latest/filter`, and what is left for the dashboard to filter. */
export function artifactQuery(query: Query<Key>, when: { now: number; zone: string }): ArtifactQuery {
  const wanted = (key: Key) => valuesOf(query, key).wanted;
  const type = valuesOf(query, "type");
  const words = wordsOf(query)?.replaceAll('"', "");
  const keys = wanted("key");
  const [since, until] = [boundOf(query, "since", when), boundOf(query, "until", when)];
  const key = keys.length > 0 ? nameCondition(keys) : words === undefined ? null : { like_: words };
  const isType = type.wanted.length + type.unwanted.length > 0;
  return {
    filter: {
      artifacts: {
        ...(key && { key }),
        ...(isType && { type: { ...some("any_", type.wanted), ...some("not_any_", type.unwanted) } }),
      },
      ...named("flows", wanted("flow")),
      ...named("flow_runs", wanted("run")),
      ...named("task_runs", wanted("task")),
      ...named("deployments", wanted("deployment")),
    },
    ...{ since, until },
    client: [
      ...(since === undefined ? [] : [(row: ArtifactCollection) => updatedAt(row) >= since]),
      ...(until === undefined ? [] : [(row: ArtifactCollection) => updatedAt(row) <= until]),
      ...(keys.length > 0 && words !== undefined
        ? [(row: ArtifactCollection) => isNamed(row.key, { text: words, exact: false })]
        : []),
    ],
  };
}

export const updatedAt = ({ updated }: Pick<ArtifactCollection, "updated">): number => timeOf(updated ?? "");

const some = (operator: string, values: readonly Value[]) =>
  values.length > 0 ? { [operator]: values.map(({ text }) => text) } : {};

const named = (noun: string, values: readonly Value[]) =>
  values.length > 0 ? { [noun]: { name: nameCondition(values) } } : {};
