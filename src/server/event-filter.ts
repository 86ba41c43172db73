import { labelsMatcher } from "../rules/labels.ts";
import type { EventCreate, EventFilter } from "../schema/events.ts";
import { textMatcher } from "../store/text-query.ts";

type Labels = Record<string, string>;
type Test = (event: EventCreate) => boolean;

interface ResourceFilter {
  id?: string[] | null | undefined;
  id_prefix?: string[] | null | undefined;
  role?: string[] | null | undefined;
  resources_in_roles?: [string, string][] | null | undefined;
  labels?: Record<string, string | string[]> | null | undefined;
}

/** The filter as a test of one event. As everywhere in it, an empty list constrains nothing. */
export function matcher(filter: EventFilter): Test {
  const tests: Test[] = [
    ...occurredTests(filter),
    ...nameTests(filter),
    ...resourceTests(filter),
    ...textTests(filter.text?.query ?? ""),
  ];
  const ids = given(filter.id?.id);
  if (ids) tests.push((event) => ids.includes(event.id));
  return (event) => tests.every((test) => test(event));
}

const given = <T>(list: readonly T[] | null | undefined): readonly T[] | undefined =>
  list && list.length > 0 ? list : undefined;

function occurredTests({ occurred }: EventFilter): Test[] {
  const { since, until } = occurred ?? {};
  return [
    ...(since ? [(event: EventCreate) => event.occurred >= since] : []),
    ...(until ? [(event: EventCreate) => event.occurred <= until] : []),
  ];
}

function nameTests({ event: names }: EventFilter): Test[] {
  const { prefix, exclude_prefix, name, exclude_name } = {
    prefix: given(names?.prefix),
    exclude_prefix: given(names?.exclude_prefix),
    name: given(names?.name),
    exclude_name: given(names?.exclude_name),
  };
  const starts = (event: EventCreate, list: readonly string[]) =>
    list.some((start) => event.event.startsWith(start));
  return [
    ...(prefix ? [(event: EventCreate) => starts(event, prefix)] : []),
    ...(exclude_prefix ? [(event: EventCreate) => !starts(event, exclude_prefix)] : []),
    ...(name ? [(event: EventCreate) => name.includes(event.event)] : []),
    ...(exclude_name ? [(event: EventCreate) => !exclude_name.includes(event.event)] : []),
  ];
}

function resourceTests({ resource, related, any_resource }: EventFilter): Test[] {
  const tests: Test[] = [];
  if (resource) {
    const isWanted = resourceMatcher(resource);
    tests.push((event) => isWanted(event.resource));
  }
  // Each filter of a list has to be met, by one resource or another.
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
  const ids = given(filter.id);
  const prefixes = given(filter.id_prefix);
  const roles = given(filter.role);
  const pairs = given(filter.resources_in_roles);
  if (ids) tests.push((labels) => ids.includes(idOf(labels)));
  if (prefixes) tests.push((labels) => prefixes.some((prefix) => idOf(labels).startsWith(prefix)));
  if (roles) tests.push((labels) => roles.includes(roleOf(labels)));
  if (pairs) {
    tests.push((labels) => pairs.some(([id, role]) => id === idOf(labels) && role === roleOf(labels)));
  }
  if (filter.labels) tests.push(labelsMatcher(filter.labels));
  return tests.length === 0 ? anything : (labels) => tests.every((test) => test(labels));
}

function textTests(query: string): Test[] {
  if (query.trim() === "") return [];
  const isHit = textMatcher(query);
  // What the list of events is searched in, too.
  return [
    ({ event, resource, related, payload }) =>
      isHit(`${event} ${JSON.stringify([resource, related, payload])}`),
  ];
}
