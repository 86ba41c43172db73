import { labelsMatcher } from "../rules/labels.ts";
import type { EventCreate, EventFilter } from "../schema/events.ts";
import { beginningMatcher } from "../schema/prefix-matcher.ts";
import { textMatcher } from "../store/sql/text-query.ts";

type Labels = Record<string, string>;
type Test = (event: EventCreate) => boolean;

interface ResourceFilter {
  id?: string[] | null | undefined;
  id_prefix?: string[] | null | undefined;
  role?: string[] | null | undefined;
  resources_in_roles?: [string, string][] | null | undefined;
  labels?: Record<string, string | string[]> | null | undefined;
}

/** Compiles the filter to a predicate. An empty list is no constraint. */
export function matcher(filter: EventFilter): Test {
  const tests: Test[] = [
    ...occurredTests(filter),
    ...nameTests(filter),
    ...resourceTests(filter),
    ...textTests(filter.text?.query ?? ""),
  ];
  const ids = setOf(filter.id?.id);
  if (ids) tests.push((event) => ids.has(event.id));
  return (event) => tests.every((test) => test(event));
}

const nonEmpty = <T>(list: readonly T[] | null | undefined): readonly T[] | undefined =>
  list && list.length > 0 ? list : undefined;
const setOf = (list: readonly string[] | null | undefined): ReadonlySet<string> | undefined =>
  list && list.length > 0 ? new Set(list) : undefined;
/** Tests for any of the given prefixes; undefined without prefixes. */
const startOf = (list: readonly string[] | null | undefined) => {
  const starts = nonEmpty(list);
  return starts && beginningMatcher(starts);
};

function occurredTests({ occurred }: EventFilter): Test[] {
  const { since, until } = occurred ?? {};
  return [
    ...(since ? [(event: EventCreate) => event.occurred >= since] : []),
    ...(until ? [(event: EventCreate) => event.occurred <= until] : []),
  ];
}

function nameTests({ event: names }: EventFilter): Test[] {
  const [starts, isSpared] = [startOf(names?.prefix), startOf(names?.exclude_prefix)];
  const [wanted, unwanted] = [setOf(names?.name), setOf(names?.exclude_name)];
  return [
    ...(starts ? [({ event }: EventCreate) => starts(event)] : []),
    ...(isSpared ? [({ event }: EventCreate) => !isSpared(event)] : []),
    ...(wanted ? [({ event }: EventCreate) => wanted.has(event)] : []),
    ...(unwanted ? [({ event }: EventCreate) => !unwanted.has(event)] : []),
  ];
}

function resourceTests({ resource, related, any_resource }: EventFilter): Test[] {
  const tests: Test[] = [];
  if (resource) {
    const isWanted = resourceMatcher(resource);
    tests.push((event) => isWanted(event.resource));
  }
  // Each filter of a list has to match some resource.
  for (const isWanted of asList(related).map(resourceMatcher)) {
    tests.push((event) => isWanted === anything || event.related.some(isWanted));
  }
  for (const isWanted of asList(any_resource).map(resourceMatcher)) {
    tests.push((event) => isWanted(event.resource) || event.related.some(isWanted));
  }
  return tests;
}

const asList = (filter: ResourceFilter | ResourceFilter[] | null | undefined): ResourceFilter[] =>
  filter ? (Array.isArray(filter) ? filter : [filter]) : [];

const anything = () => true;

function resourceMatcher(filter: ResourceFilter): (labels: Labels) => boolean {
  const tests: ((labels: Labels) => boolean)[] = [];
  const idOf = (labels: Labels) => labels["prefect.resource.id"] ?? "";
  const roleOf = (labels: Labels) => labels["prefect.resource.role"] ?? "";
  const pairOf = (id: string, role: string) => JSON.stringify([id, role]);
  const [ids, roles, starts] = [setOf(filter.id), setOf(filter.role), startOf(filter.id_prefix)];
  const pairs = setOf(filter.resources_in_roles?.map(([id, role]) => pairOf(id, role)));
  if (ids) tests.push((labels) => ids.has(idOf(labels)));
  if (starts) tests.push((labels) => starts(idOf(labels)));
  if (roles) tests.push((labels) => roles.has(roleOf(labels)));
  if (pairs) tests.push((labels) => pairs.has(pairOf(idOf(labels), roleOf(labels))));
  if (filter.labels) tests.push(labelsMatcher(filter.labels));
  return tests.length === 0 ? anything : (labels) => tests.every((test) => test(labels));
}

function textTests(query: string): Test[] {
  if (query.trim() === "") return [];
  const isHit = textMatcher(query);
  // The same fields that the search of the event list covers.
  return [
    ({ event, resource, related, payload }) =>
      isHit(`${event} ${JSON.stringify([resource, related, payload])}`),
  ];
}
