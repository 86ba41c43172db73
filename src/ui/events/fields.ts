import type { EventFilter } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import type { Query, Value } from "../lists/query-text.ts";
import { boundOf, valuesOf, wordsOf } from "../lists/request-query.ts";

export type Key = "event" | "resource" | "related" | "any" | "id" | "since" | "until";

const isBeginning = ({ text, exact }: Value): boolean => !exact && text.endsWith("*");
/** The API has names and beginnings of names, and asks for both where both are given. */
const nameProblem = (key: string) => (values: readonly Value[]) => {
  const wild = values.find(({ text }) => text.slice(0, -1).includes("*"));
  if (wild) return `${key}: expected * only at the end, got “${wild.text}”`;
  const areMixed = values.some(isBeginning) && !values.every(isBeginning);
  return areMixed ? `${key}: expected whole names, or beginnings that end with *, got both` : undefined;
};

const name = (key: Key, hint: string, example: string) =>
  ({ reads: "text", problem: nameProblem(key), hint, example }) as const;

export const fields: QueryFields<never, Key> = {
  fields: {
    event: {
      ...name("event", "name of the event, or its beginning with *", "prefect.flow-run.*"),
      isNegatable: true,
    },
    resource: name("resource", "id of the resource, or its beginning with *", "prefect.flow-run.*"),
    related: name("related", "id of a related resource, or its beginning with *", "prefect.flow.*"),
    any: name("any", "id of the resource or of a related one", "prefect.deployment.*"),
    id: { reads: "id", hint: "event id, or several", example: "" },
    since: { reads: "time", hint: "occurred after", example: "24h" },
    until: { reads: "time", hint: "occurred before", example: "2026-11-22" },
  },
  controls: [
    { kind: "values", key: "event", label: "Event" },
    { kind: "values", key: "resource", label: "Resource" },
    { kind: "values", key: "related", label: "Related resource" },
    { kind: "time", since: "since", until: "until", label: "Time" },
  ],
  text: { hint: "anywhere in the event" },
  starters: [
    { text: "event:prefect.flow-run.*", hint: "state changes of flow runs" },
    { text: "-event:prefect.*", hint: "events of your own" },
    { text: "event:prefect.automation.*", hint: "firings and actions of automations" },
    { text: "since:24h", hint: "the last day" },
  ],
};

export const language = queryLanguage(fields);

export interface EventQuery {
  /** Without the time. */
  filter: Omit<EventFilter, "occurred" | "order">;
  since: number | undefined;
  until: number | undefined;
  /** Words are looked for in every event, so that without a time only those of the last day are. */
  isCut: boolean;
}

const dayMs = 86_400_000;

/** What a query asks of `/events/filter`. */
export function eventQuery(query: Query<Key>, when: { now: number; zone: string }): EventQuery {
  const words = wordsOf(query);
  const id = valuesOf(query, "id").wanted;
  const since = boundOf(query, "since", when);
  const isCut = words !== undefined && since === undefined;
  const related = query.terms.filter(({ key, not }) => key === "related" && !not);
  const event = valuesOf(query, "event");
  const names = split(event.wanted);
  const others = split(event.unwanted);
  const isAsked = event.wanted.length + event.unwanted.length > 0;
  return {
    filter: {
      event: isAsked
        ? {
            name: names.whole,
            prefix: names.starts,
            exclude_name: others.whole,
            exclude_prefix: others.starts,
          }
        : null,
      resource: resourceFilter(valuesOf(query, "resource").wanted),
      any_resource: resourceFilter(valuesOf(query, "any").wanted),
      related: related.length > 0 ? related.map(({ values }) => relatedTo(values)) : null,
      // A Prefect server takes no null for it.
      ...(id.length > 0 ? { id: { id: id.map(({ text }) => text) } } : {}),
      text: words === undefined ? null : { query: words.slice(0, longestText) },
    },
    since: isCut ? when.now - dayMs : since,
    until: boundOf(query, "until", when),
    isCut,
  };
}

/** As the API has it. */
const longestText = 200;

/** Empty lists ask for nothing. */
const split = (values: readonly Value[]) => ({
  whole: values.filter((value) => !isBeginning(value)).map(({ text }) => text),
  starts: values.filter(isBeginning).map(({ text }) => text.slice(0, -1)),
});

function resourceFilter(values: readonly Value[]) {
  if (values.length === 0) return null;
  const { whole, starts } = split(values);
  return { id: whole, id_prefix: starts };
}

/** Related resources are found by beginnings of their ids as by any other label. */
const relatedTo = (values: readonly Value[]) =>
  values.every(isBeginning)
    ? { labels: { "prefect.resource.id": values.map(({ text }) => text) } }
    : { id: values.map(({ text }) => text) };

/** The time of a query, as a filter has it; a Prefect server takes no null for either. */
export const occurredIn = ({ since, until }: Pick<EventQuery, "since" | "until">) => ({
  ...(since === undefined ? {} : { since: timestamp(Math.round(since)) }),
  ...(until === undefined ? {} : { until: timestamp(Math.round(until)) }),
});
