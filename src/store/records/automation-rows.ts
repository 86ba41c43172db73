import type { Action } from "../../schema/automation-actions.ts";
import type { Automation, automations } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Trigger } from "../../schema/triggers.ts";

// The verbs of automations and of their pending work.

/** A bucket of a trigger. */
export interface StoredBucket {
  id: string;
  automation_id: string;
  trigger_id: string;
  /** When time alone changes it; null is never. */
  due: string | null;
  /** JSON that only the rules interpret. */
  bucket: string;
}

export type Opened = Omit<StoredBucket, "automation_id">[];
export type NewAutomation = Parsed<typeof automations.create>;
export type ChangedAutomation = Omit<NewAutomation, "owner_resource"> & { id: string };

/** The position up to which events were evaluated. */
export interface Progress {
  seq: number;
  /** Counts the changes of automations. */
  revision: number;
  /** The last event that is stored. */
  last: number;
}

export interface EnabledAutomation extends Automation {
  /** It answers events after this one. */
  heard_from: number;
}

export interface NumberedEvent {
  seq: number;
  event: ReceivedEvent;
}

/** Which events are read: by name, by prefix of the name, or by prefix of the resource's id. */
export interface EventQuery {
  after: number;
  until: number;
  limit: number;
  names: readonly string[];
  prefixes: readonly string[];
  resources: readonly string[];
  isAll: boolean;
}

/** A firing of a trigger, as templates see it. */
export interface ToldFiring {
  id: string;
  trigger: Trigger;
  trigger_states: ["Triggered"];
  triggered: string;
  triggering_labels: Record<string, string>;
  triggering_firings: ToldFiring[];
  triggering_event: ReceivedEvent | null;
  triggering_value: null;
}

/** The cause of an action. */
export interface TaskContext {
  /** As it was when it fired. */
  automation: Automation;
  firing: ToldFiring;
  /** What the action is about. */
  event: ReceivedEvent | null;
  /** Id of the event that reports the firing. */
  told: string;
  /** Place among the actions of the automation. */
  index: number;
  /** Ids of the automations that led to it, this one last. */
  chain?: readonly string[];
  /** Asked for by a user, without anything having happened. */
  is_test?: boolean;
}

/** A pending action. */
export interface AutomationTask {
  id: string;
  due: string;
  /** How often it was begun. */
  attempts: number;
  automation_id: string;
  action: Action;
  context: TaskContext;
}

/** How often an automation has fired since a moment, in milliseconds. */
export interface FiringRate {
  since: number;
  firings: number;
  answers: number;
}
