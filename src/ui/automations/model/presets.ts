import type { NewAutomation, TriggerPreset } from "../../parts/paths.ts";
import type { CompositeDraft, EventDraft, TriggerDraft } from "./drafts.ts";
import { kindOf, partsOf, resourceKey } from "./event-words.ts";
import { scopeLabels, scopeOf } from "./scopes.ts";

// Triggers in a person's words: what each begins with, and which triggers are edited as it.

export interface Preset {
  key: TriggerPreset;
  label: string;
  make: () => EventDraft;
  /** Whether a trigger has its form. */
  is: (trigger: EventDraft) => boolean;
  fields: readonly PresetField[];
}
/** What is asked about a preset. */
type PresetField = "states" | "name" | "resource" | "scope" | "count" | "duration" | "status";

export const runEvent = (state: string): string => `prefect.flow-run.${state}`;
const ends = ["Completed", "Failed", "Crashed", "Cancelled"].map(runEvent);
const eachRun = { match: { [resourceKey]: "prefect.flow-run.*" } };

const event = (more: Partial<EventDraft>): EventDraft => ({
  ...{ type: "event", match: {}, match_related: {}, after: [], expect: [], for_each: [] },
  ...{ posture: "Reactive", threshold: 1, within: 0 },
  ...more,
});

/** Statuses of deployments, work pools and work queues. */
export const statuses = ["not-ready", "ready", "paused"] as const;
const status = (kind: string): Pick<Preset, "make" | "is" | "fields"> => ({
  make: () =>
    event({
      match: { [resourceKey]: `prefect.${kind}.*` },
      expect: [`prefect.${kind}.not-ready`],
      for_each: [resourceKey],
    }),
  is: (trigger) => statusOf(trigger)?.kind === kind,
  fields: ["status", "resource"],
});

/** The status that a trigger waits for, at once or after a while; undefined for any other trigger. */
export function statusOf(
  trigger: EventDraft,
): { kind: string; status: (typeof statuses)[number]; within: number | null } | undefined {
  const { posture, after, expect, within, threshold } = trigger;
  if (threshold !== 1 || !isUnrelated(trigger)) return undefined;
  const names = posture === "Reactive" ? expect : after;
  const { kind = "", what } = partsOf(names[0] ?? "") ?? {};
  const found = statuses.find((one) => one === what);
  if (names.length !== 1 || !found) return undefined;
  if (posture === "Reactive") return after.length === 0 ? { kind, status: found, within: null } : undefined;
  return sameList(expect, others(kind, found)) ? { kind, status: found, within } : undefined;
}

const others = (kind: string, status: string): string[] =>
  statuses.filter((one) => one !== status).map((one) => `prefect.${kind}.${one}`);

/** The trigger for a status that is entered, or kept for some seconds. */
export function withStatus(
  trigger: EventDraft,
  kind: string,
  name: string,
  within: number | null,
): EventDraft {
  const entered = `prefect.${kind}.${name}`;
  return within === null
    ? { ...trigger, posture: "Reactive", after: [], expect: [entered], within: 0 }
    : { ...trigger, posture: "Proactive", after: [entered], expect: others(kind, name), within };
}

const isUnrelated = (trigger: EventDraft): boolean => {
  const scope = scopeOf(trigger);
  return scope !== undefined && Object.values(scope).every((ids) => ids.length === 0);
};
const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

const onRuns = (trigger: EventDraft): boolean =>
  scopeOf(trigger) !== undefined &&
  Object.keys(trigger.match).every((key) => key === resourceKey) &&
  [trigger.match[resourceKey] ?? "prefect.flow-run.*"].flat().every((id) => id === "prefect.flow-run.*");
const isReactive = ({ posture, after, for_each }: EventDraft): boolean =>
  posture === "Reactive" && after.length === 0 && for_each.length === 0;
const perRun = ({ posture, for_each, threshold }: EventDraft): boolean =>
  posture === "Proactive" && sameList(for_each, [resourceKey]) && threshold === 1;

const expects =
  (...names: string[]) =>
  (trigger: EventDraft): boolean =>
    isReactive(trigger) && onRuns(trigger) && sameList(trigger.expect, names);

export const presets: readonly Preset[] = [
  {
    ...{ key: "flow-run-failed", label: "A flow run fails or crashes", fields: ["scope", "count"] },
    make: () => event({ ...eachRun, expect: [runEvent("Failed"), runEvent("Crashed")] }),
    is: expects(runEvent("Failed"), runEvent("Crashed")),
  },
  {
    ...{ key: "flow-run-late", label: "A flow run is late", fields: ["scope", "count"] },
    make: () => event({ ...eachRun, expect: [runEvent("Late")] }),
    is: expects(runEvent("Late")),
  },
  {
    ...{ key: "flow-run-slow", label: "A flow run takes longer than…", fields: ["duration", "scope"] },
    make: () =>
      event({
        ...{ ...eachRun, posture: "Proactive", after: [runEvent("Running")], expect: ends },
        ...{ for_each: [resourceKey], within: 3600 },
      }),
    is: (trigger) =>
      perRun(trigger) &&
      onRuns(trigger) &&
      sameList(trigger.after, [runEvent("Running")]) &&
      sameList(trigger.expect, ends),
  },
  {
    ...{ key: "flow-run-stuck", label: "A flow run stays in a state for…" },
    fields: ["states", "duration", "scope"],
    make: () =>
      event({
        ...{ ...eachRun, posture: "Proactive", after: [runEvent("Pending")], expect: [runEvent("*")] },
        ...{ for_each: [resourceKey], within: 1800 },
      }),
    is: (trigger) =>
      perRun(trigger) &&
      onRuns(trigger) &&
      kindOf(trigger.after) === "flow-run" &&
      sameList(trigger.expect, [runEvent("*")]),
  },
  {
    ...{ key: "flow-run-state", label: "A flow run enters a state", fields: ["states", "scope", "count"] },
    make: () => event({ ...eachRun, expect: [runEvent("Completed")] }),
    is: (trigger) => isReactive(trigger) && onRuns(trigger) && kindOf(trigger.expect) === "flow-run",
  },
  { key: "pool-not-ready", label: "A work pool goes offline or comes back", ...status("work-pool") },
  { key: "queue-not-ready", label: "A work queue goes offline or comes back", ...status("work-queue") },
  { key: "deployment-not-ready", label: "A deployment becomes not ready, or ready", ...status("deployment") },
  {
    ...{ key: "automation-failed", label: "An action of an automation fails", fields: ["resource", "count"] },
    make: () => event({ expect: ["prefect.automation.action.failed"] }),
    is: (trigger) =>
      isReactive(trigger) &&
      isUnrelated(trigger) &&
      sameList(trigger.expect, ["prefect.automation.action.failed"]),
  },
  {
    ...{ key: "event", label: "An event occurs", fields: ["name", "resource", "count"] },
    make: () => event({}),
    is: (trigger) => isReactive(trigger) && isUnrelated(trigger) && isAboutResource(trigger),
  },
  {
    ...{ key: "no-event", label: "An event does not occur for…", fields: ["name", "resource", "duration"] },
    make: () => event({ posture: "Proactive", within: 3600 }),
    is: (trigger) =>
      trigger.posture === "Proactive" &&
      trigger.after.length === 0 &&
      trigger.for_each.length === 0 &&
      trigger.threshold === 1 &&
      isUnrelated(trigger) &&
      isAboutResource(trigger),
  },
];

const isAboutResource = ({ match }: EventDraft): boolean =>
  Object.keys(match).every((key) => key === resourceKey);

/** What a trigger is edited as: a preset, every field of it, or triggers together. */
export type TriggerKind = TriggerPreset | "custom" | "compound" | "sequence";

export const presetAt = (key: string | null): Preset | undefined => presets.find((one) => one.key === key);
export const presetOf = (trigger: TriggerDraft): Preset | undefined =>
  trigger.type === "event" ? presets.find((preset) => preset.is(trigger)) : undefined;

/** The trigger that a choice begins with. */
export function triggerOf(kind: TriggerKind, before: TriggerDraft): TriggerDraft {
  if (kind === "custom") return before.type === "event" ? before : firstEvent();
  if (kind === "compound" || kind === "sequence") return compositeOf(kind, before);
  return presetAt(kind)?.make() ?? firstEvent();
}

const firstEvent = (): EventDraft => presetAt("flow-run-failed")?.make() ?? event({});

function compositeOf(kind: "compound" | "sequence", before: TriggerDraft): CompositeDraft {
  const triggers = before.type === "event" ? [before, event({})] : before.triggers;
  const within = before.type === "event" ? 3600 : before.within;
  return kind === "sequence"
    ? { type: "sequence", triggers, within }
    : { type: "compound", triggers, within, require: "all" };
}

/** The trigger that an address asks for; without a preset, that of a failed run. */
export function givenTrigger(given: NewAutomation): EventDraft {
  const preset = presetAt(given.preset ?? (given.name ? "event" : "flow-run-failed"));
  const trigger = preset?.make() ?? firstEvent();
  const { flow, deployment, pool, name } = given;
  const own = preset?.fields.includes("resource") ? kindOf(trigger.expect) : undefined;
  const resource = own === "deployment" ? deployment : own === "work-pool" ? pool : undefined;
  const scope = {
    ...{ flow: listOf(flow), deployment: listOf(deployment), tag: [] },
    ...{ "work-pool": listOf(pool), "work-queue": [] },
  };
  return {
    ...trigger,
    ...(name !== undefined && preset?.fields.includes("name") && { expect: [name] }),
    ...(resource !== undefined && { match: { [resourceKey]: `prefect.${own}.${resource}` } }),
    ...(preset?.fields.includes("scope") && { match_related: scopeLabels(scope) }),
  };
}

const listOf = (id: string | undefined): string[] => (id === undefined ? [] : [id]);
