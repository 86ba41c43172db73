import { type Grouping, groupings, type RunGroup, tagSeparators } from "../../schema/run-groups.ts";
import { defaultStateName, stateTypes } from "../../schema/states.ts";
import type { ServerFilter } from "../lists/compile-query.ts";
import { queryLanguage } from "../lists/query-fields.ts";
import { withTerm as withTermOf } from "../lists/query-text.ts";
import { fieldsOf, type Key, withTerm } from "./fields.ts";
import type { Tab } from "./view.ts";

/** What a list is grouped by. */
export type GroupBy = { by: Exclude<Grouping, "tag"> } | { by: "tag"; key: string };

/** `flow`, `tag.project`: as the address has it; undefined where it says none. */
export function readGroupBy(text: string | null): GroupBy | undefined {
  const [, key] = /^tag\.([^\s",]+)$/.exec(text ?? "") ?? [];
  if (key !== undefined) return { by: "tag", key };
  const by = groupings.find((one) => one === text);
  return by === undefined || by === "tag" ? undefined : { by };
}

export const groupByText = (grouping: GroupBy): string =>
  grouping.by === "tag" ? `tag.${grouping.key}` : grouping.by;

export const groupingLabels = {
  state: "State",
  flow: "Flow",
  deployment: "Deployment",
  version: "Version",
} as const satisfies Record<Exclude<Grouping, "tag">, string>;

export const groupByLabel = (grouping: GroupBy): string =>
  grouping.by === "tag" ? `Tag ${grouping.key}` : groupingLabels[grouping.by];

/** Keys of tags such as `project=42`, without those of the server's own. */
export const tagKeysOf = (tags: readonly string[]): string[] =>
  [...new Set(tags.flatMap((tag) => /^([^=:\s]+)[=:]./.exec(tag)?.[1] ?? []))].toSorted();

const own = { "flow-runs": "flow_runs", "task-runs": "task_runs" } as const;

/** The filter of a list narrowed to the rows of one group. */
export function filterOfGroup(
  filter: ServerFilter,
  tab: Tab,
  { grouping, value }: { grouping: GroupBy; value: string | null },
): ServerFilter {
  const noun = own[tab];
  const ofRun = (condition: object): ServerFilter => ({
    ...filter,
    flow_runs: { ...filter.flow_runs, ...condition },
  });
  switch (grouping.by) {
    case "state": {
      const [type, name] = partsOf(value);
      const state = { type: { any_: stateTypes.filter((one) => one === type) }, name: { any_: [name] } };
      return { ...filter, [noun]: { ...filter[noun], state } };
    }
    case "flow":
      return { ...filter, flows: { ...filter.flows, id: { any_: value === null ? [] : [value] } } };
    case "deployment":
      return ofRun({ deployment_id: value === null ? { is_null_: true } : { any_: [value] } });
    case "version":
      if (value !== null) return ofRun({ flow_version: { any_: [value] } });
      return ofRun({
        praetor: withConditions(filter.flow_runs, { flow_version: [{ any_: [null], not: false }] }),
      });
    case "tag": {
      const before = filter[noun];
      const tags =
        value === null ? before?.tags : { ...before?.tags, all_: [...(before?.tags?.all_ ?? []), value] };
      const praetor =
        value === null ? withConditions(before, { tags: lacking(grouping.key) }) : before?.praetor;
      return { ...filter, [noun]: { ...before, ...(tags && { tags }), ...(praetor && { praetor }) } };
    }
  }
}

const partsOf = (value: string | null): [type: string, name: string] => {
  const at = value?.indexOf("/") ?? -1;
  return [value?.slice(0, at) ?? "", value?.slice(at + 1) ?? ""];
};

/** That no tag has the key. */
const lacking = (key: string) =>
  tagSeparators.map((separator) => ({
    ...{ any_: [{ text: `${key}${separator}`, match: "start" as const }], not: true },
  }));

/** The conditions of our own with these ones added. */
function withConditions<C extends Record<string, readonly object[]>>(
  filter: ServerFilter["flow_runs"] | ServerFilter["task_runs"],
  more: C,
): object {
  const before: Record<string, unknown> = { ...filter?.praetor };
  const added = Object.entries(more).map(([name, list]) => {
    const known = before[name];
    return [name, [...(Array.isArray(known) ? known : []), ...list]];
  });
  return { ...before, ...Object.fromEntries(added) };
}

/** The query narrowed to a group, in words of the query bar. */
export function narrowed(q: string, grouping: GroupBy, { value, label }: RunGroup): string {
  const text = label ?? value ?? "";
  const exact = (key: Key, isExact: boolean) =>
    withTermOf(q, queryLanguage(fieldsOf["flow-runs"]), { key, value: text, isExact });
  switch (grouping.by) {
    case "state":
      return exact(
        "state",
        stateTypes.some((type) => defaultStateName(type) === text),
      );
    case "tag":
      if (value !== null) return withTerm(q, "tag", value);
      return tagSeparators.reduce((left, separator) => `${left} -tag:${grouping.key}${separator}*`.trim(), q);
    case "flow":
      return withTerm(q, "flow", text);
    default:
      if (value !== null) return withTerm(q, grouping.by, text);
      return withTermOf(
        q,
        { ...queryLanguage(fieldsOf["flow-runs"]), quotedKeys: new Set() },
        {
          ...{ key: grouping.by, value: "none" },
        },
      );
  }
}
