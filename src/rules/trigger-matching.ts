import type { EventCreate } from "../schema/events.ts";
import { isGlob, someGlobMatcher } from "../schema/globs.ts";
import type { EventTrigger, Trigger } from "../schema/triggers.ts";
import { answerTo, isChainEndEvent } from "./chains.ts";
import { labelsMatcher } from "./labels.ts";

// Matches events to triggers. Most events match none, and that must be cheap.

/** An enabled automation. */
export interface Watched {
  automation_id: string;
  trigger: Trigger;
}

/** An event trigger with its enclosing triggers, innermost first. */
export interface Leaf {
  automation_id: string;
  trigger: EventTrigger;
  parents: Exclude<Trigger, EventTrigger>[];
  opens(name: string): boolean;
  counts(name: string): boolean;
}

/** A leaf that an event matches, and the label values it counts under. */
export interface Hit {
  leaf: Leaf;
  key: string[];
}

/** Names and prefixes of events that can match; events are queried by them. */
export interface Interest {
  names: string[];
  prefixes: string[];
  /** Prefixes of resource ids, for triggers that accept events of any name. */
  resources: string[];
  /** Whether every event can match. */
  isAll: boolean;
}

export interface Watch {
  readonly leaves: ReadonlyMap<string, Leaf>;
  readonly interest: Interest;
  hits(event: EventCreate): Hit[];
  /** The automations that match an event but at which its chain ends. */
  ended(event: EventCreate): string[];
}

type Test = (event: EventCreate) => boolean;

/** Prepares the matching for these automations. */
export function watchOver(automations: readonly Watched[]): Watch {
  const leaves = automations.flatMap(({ automation_id, trigger }) => leavesOf(automation_id, trigger, []));
  const named = new Map<string, Leaf[]>();
  const others: { leaf: Leaf; fits: (name: string) => boolean }[] = [];
  for (const leaf of leaves) {
    const names = namesOf(leaf.trigger);
    if (names.length === 0) others.push({ leaf, fits: () => true });
    const globs = names.filter(isGlob);
    if (globs.length > 0) others.push({ leaf, fits: someGlobMatcher(globs) });
    for (const name of names.filter((name) => !isGlob(name))) {
      named.set(name, [...(named.get(name) ?? []), leaf]);
    }
  }
  const tests = new Map(leaves.map((leaf) => [leaf, testOf(leaf)]));
  const found = (event: EventCreate): Leaf[] => {
    const byGlob = others.filter(({ fits }) => fits(event.event)).map(({ leaf }) => leaf);
    return [...new Set([...(named.get(event.event) ?? []), ...byGlob])].filter((leaf) =>
      tests.get(leaf)?.(event),
    );
  };
  return {
    leaves: new Map(leaves.map((leaf) => [leaf.trigger.id, leaf])),
    interest: interestOf(leaves.map(({ trigger }) => trigger)),
    hits: (event) =>
      found(event)
        .filter((leaf) => answerTo(event, leaf.automation_id) === "may")
        .map((leaf) => ({ leaf, key: keyOf(leaf.trigger, event) })),
    ended(event) {
      const ids = found(event).map(({ automation_id }) => automation_id);
      return [...new Set(ids)].filter((id) => answerTo(event, id) === "ended");
    },
  };
}

/** Names of events that the trigger matches; an empty list matches all. */
const namesOf = ({ expect, after }: EventTrigger): string[] =>
  expect.length === 0 ? [] : [...new Set([...expect, ...after])];

function leavesOf(automation_id: string, trigger: Trigger, parents: Leaf["parents"]): Leaf[] {
  if (trigger.type !== "event") {
    return trigger.triggers.flatMap((child) => leavesOf(automation_id, child, [trigger, ...parents]));
  }
  const counts = someGlobMatcher(trigger.expect);
  return [
    {
      automation_id,
      trigger,
      parents,
      opens: someGlobMatcher(trigger.after),
      counts: trigger.expect.length === 0 ? () => true : counts,
    },
  ];
}

function testOf({ trigger }: Leaf): Test {
  const { match, match_related } = trigger;
  const named = new Set([...trigger.expect, ...trigger.after]);
  const isMatch = labelsMatcher(match);
  // An empty condition on related resources requires none.
  const wanted = (Array.isArray(match_related) ? match_related : [match_related]).filter(
    (labels) => Object.keys(labels).length > 0,
  );
  const related = wanted.map(labelsMatcher);
  return (event) =>
    isMatch(event.resource) &&
    related.every((isRelated) => event.related.some(isRelated)) &&
    (!isChainEndEvent(event) || named.has(event.event));
}

const ofRelated = /^related:([^:]*):(.+)$/s;

/** The values of the labels that the trigger counts by, in the order of the labels' names. */
function keyOf({ for_each }: EventTrigger, { resource, related }: EventCreate): string[] {
  return for_each.toSorted().map((label) => {
    const [, role, name = ""] = ofRelated.exec(label) ?? [];
    if (role === undefined) return resource[label] ?? "";
    return related.find((one) => one["prefect.resource.role"] === role)?.[name] ?? "";
  });
}

const literalStart = (glob: string) => glob.slice(0, glob.search(/[*?]/));

function interestOf(triggers: readonly EventTrigger[]): Interest {
  const names = new Set<string>();
  const prefixes = new Set<string>();
  const resources = new Set<string>();
  let isAll = false;
  for (const trigger of triggers) {
    const wanted = namesOf(trigger);
    const globs = wanted.filter(isGlob).map(literalStart);
    if (wanted.length > 0 && globs.every((start) => start !== "")) {
      for (const name of wanted) if (!isGlob(name)) names.add(name);
      for (const start of globs) prefixes.add(start);
      continue;
    }
    const ids = resourceStarts(trigger);
    if (ids) for (const id of ids) resources.add(id);
    else isAll = true;
  }
  return { names: [...names], prefixes: [...prefixes], resources: [...resources], isAll };
}

/** Prefixes of the resource ids that the trigger matches; undefined when any may match. */
function resourceStarts({ match }: EventTrigger): string[] | undefined {
  const wanted = [match["prefect.resource.id"] ?? []].flat();
  const starts = wanted.map((id) => (isGlob(id) ? literalStart(id) : id));
  return starts.length > 0 && starts.every((start) => start !== "" && !start.startsWith("!"))
    ? starts
    : undefined;
}
