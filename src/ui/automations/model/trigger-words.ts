import { duration } from "../../parts/time/durations.ts";
import {
  type CompositeDraft,
  type EventDraft,
  type Labels,
  relatedOf,
  type TriggerDraft,
  valuesOf,
} from "./drafts.ts";
import {
  anyOf,
  happening,
  kindName,
  kindOf,
  partsOf,
  resourceKey,
  shortName,
  standing,
  withArticle,
} from "./event-words.ts";

/** Names of resources by `prefect.flow.<id>`; undefined until they are known. */
export type NameOf = (resource: string) => string | undefined;

/** A trigger as a sentence: "A flow run of etl fails or crashes". */
export const triggerWords = (trigger: TriggerDraft, nameOf: NameOf): string =>
  capital(trigger.type === "event" ? eventTrigger(trigger, nameOf) : composite(trigger, nameOf));

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function composite(trigger: CompositeDraft, nameOf: NameOf): string {
  const inner = trigger.triggers.map((child) =>
    child.type === "event" ? eventTrigger(child, nameOf) : `(${composite(child, nameOf)})`,
  );
  const within = trigger.within ? ` within ${duration(trigger.within)}` : "";
  if (trigger.type === "sequence") return `${inner.join(", then ")}${within}`;
  if (inner.length < 2) return `${inner.join("")}${within}`;
  if (trigger.require === "all" || trigger.require === inner.length)
    return `${inner.join(", and ")}${within}`;
  if (trigger.require === "any" || trigger.require === 1) return `${inner.join(", or ")}${within}`;
  return `${trigger.require} of: ${inner.join("; ")}${within}`;
}

function eventTrigger(trigger: EventDraft, nameOf: NameOf): string {
  return trigger.posture === "Reactive" ? reactive(trigger, nameOf) : proactive(trigger, nameOf);
}

function reactive(trigger: EventDraft, nameOf: NameOf): string {
  const { expect, after, threshold, within, for_each } = trigger;
  const kind = kindOf(expect);
  const what = kind
    ? `${subject(trigger, kind, nameOf)} ${happening(expect)}`
    : `${named(expect)} occurs${scope(trigger, nameOf)}`;
  const count = threshold > 1 ? `, ${threshold} times` : "";
  const time = within > 0 && (threshold > 1 || after.length > 0) ? ` within ${duration(within)}` : "";
  const follows = after.length > 0 ? ` after ${anyOf(after.map(shortName))}` : "";
  const each = threshold > 1 && for_each.length > 0 ? `, for each ${for_each.join(", ")}` : "";
  return `${what}${count}${time}${follows}${each}`;
}

function proactive(trigger: EventDraft, nameOf: NameOf): string {
  const { expect, after, threshold, within } = trigger;
  const time = duration(within);
  const kind = kindOf(after);
  if (kind && kindOf(expect) === kind) {
    const who = subject(trigger, kind, nameOf);
    if (isRunning(after) && expect.length > 1) return `${who} takes longer than ${time}`;
    if (expect.length === 1 && isEnd(after, expect))
      return `${who} stays ${inState(kind, after)} for ${time}`;
    return `${who} ${happening(after)}, and does not enter ${standing(expect)} within ${time}`;
  }
  const missing = threshold > 1 ? `fewer than ${threshold} times ${named(expect)}` : `no ${named(expect)}`;
  const since = after.length > 0 ? ` after ${anyOf(after.map(shortName))}` : "";
  return `${missing}${scope(trigger, nameOf)} within ${time}${since}`;
}

const isRunning = (after: readonly string[]) =>
  after.length === 1 && partsOf(after[0] ?? "")?.what === "Running";
/** What ends the standing: any other state, or the opposite one. */
const isEnd = (after: readonly string[], expect: readonly string[]) =>
  expect.every((name) => /\.(\*|ready)$/.test(name)) && !after.some((name) => name.endsWith(".ready"));
const inState = (kind: string, after: readonly string[]) =>
  kind.endsWith("-run") ? `in ${standing(after)}` : standing(after);

const named = (names: readonly string[]): string =>
  names.length === 0 ? "any event" : `event ${anyOf(names)}`;

/** `a flow run of etl`, or the name of the one resource that it is about. */
function subject(trigger: EventDraft, kind: string, nameOf: NameOf): string {
  const own = valuesOf(trigger.match, resourceKey).filter((id) => !id.endsWith("*"));
  const who =
    own.length > 0 ? `${kindName(kind)} ${anyOf(own.map(labelled(nameOf)))}` : withArticle(kindName(kind));
  return `${who}${conditions(trigger.match)}${relatedWords(trigger, nameOf)}`;
}

function scope(trigger: EventDraft, nameOf: NameOf): string {
  const own = valuesOf(trigger.match, resourceKey).filter((id) => id !== "*");
  const about = own.length > 0 ? ` on ${anyOf(own.map(labelled(nameOf)))}` : "";
  return `${about}${conditions(trigger.match)}${relatedWords(trigger, nameOf)}`;
}

function conditions(match: Labels): string {
  const others = Object.keys(match).filter((key) => key !== resourceKey);
  return others.map((key) => ` with ${key} ${anyOf(valuesOf(match, key))}`).join(" and");
}

const relatedWords = (trigger: EventDraft, nameOf: NameOf): string =>
  relatedOf(trigger)
    .map((labels) => relation(labels, nameOf))
    .join("");

const prepositions: Readonly<Record<string, string>> = {
  flow: "of flow",
  deployment: "of deployment",
  tag: "tagged",
  "work-pool": "in work pool",
  "work-queue": "in work queue",
};

function relation(labels: Labels, nameOf: NameOf): string {
  const ids = valuesOf(labels, resourceKey);
  const kind = /^prefect\.([a-z-]+)\./.exec(ids[0] ?? "")?.[1] ?? "";
  const preposition = prepositions[kind];
  if (ids.length > 0 && preposition) return ` ${preposition} ${anyOf(ids.map(labelled(nameOf)))}`;
  const pairs = Object.keys(labels).map((key) => `${key} ${anyOf(valuesOf(labels, key))}`);
  return ` related to ${pairs.join(", ")}`;
}

const labelled =
  (nameOf: NameOf) =>
  (resource: string): string => {
    const [, kind = "", id = ""] = /^prefect\.([a-z-]+)\.(.+)$/.exec(resource) ?? [];
    if (kind === "tag") return id;
    return nameOf(resource) ?? (/^[0-9a-f-]{36}$/.test(id) ? id.slice(0, 8) : resource);
  };
