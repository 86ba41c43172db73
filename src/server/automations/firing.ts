import { chainLabels, extended, isFiringEvent } from "../../rules/chains.ts";
import type { Firing } from "../../rules/triggers.ts";
import type { Automation } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { allTriggers, type Trigger } from "../../schema/triggers.ts";
import type { ToldFiring } from "../../store/records/automation-rows.ts";
import type { Tx } from "../../store/store.ts";

interface Cause {
  firing: Firing;
  /** The events of the firing that still exist. */
  events: ReadonlyMap<string, ReceivedEvent>;
  /** Ids of the automations that led to it. */
  chain: readonly string[];
}

/** Records that an automation has fired and enqueues its actions, within the transaction. */
export function fire(tx: Tx, automation: Automation, { firing, events, chain: before }: Cause): void {
  const chain = extended(before, automation.id);
  const triggers = new Map(allTriggers(automation.trigger).map((trigger) => [trigger.id, trigger]));
  const firings = describeFiring(firing, { events, triggers, trigger: automation.trigger });
  const event = triggeredEvent(tx, automation, firings, chain);
  tx.event(event);
  tx.automationWork.reportActivity(automation.id);
  const received = { ...event, received: tx.now };
  const wanted = [
    ...automation.actions.map((action) => ({ action, event: firings.triggering_event })),
    ...automation.actions_on_trigger.map((action) => ({ action, event: received })),
  ];
  for (const [index, { action, event: about }] of wanted.entries()) {
    tx.automationWork.addTask({
      id: newId(toMs(tx.now)),
      due: tx.now,
      automation_id: automation.id,
      action,
      context: { automation, firing: firings, event: about, told: event.id, index, chain },
    });
  }
}

interface FiringContext {
  events: ReadonlyMap<string, ReceivedEvent>;
  triggers: ReadonlyMap<string, Trigger>;
  /** Labels of the automation itself. */
  trigger: Trigger;
}

/** A firing as templates see it. */
export function describeFiring(firing: Firing, context: FiringContext): ToldFiring {
  const event = context.events.get(firing.event_id ?? "");
  return {
    id: newId(),
    trigger: context.triggers.get(firing.trigger_id) ?? context.trigger,
    trigger_states: ["Triggered"],
    triggered: timestamp(firing.at),
    triggering_labels: firing.labels,
    triggering_firings: firing.firings.map((one) => describeFiring(one, context)),
    triggering_event: event ? unnested(event) : null,
    triggering_value: null,
  };
}

/**
 * An event about a firing contains its triggering event, which may itself be about a firing: of events
 * further back only id and name are included.
 */
function unnested(event: ReceivedEvent): ReceivedEvent {
  const { triggering_event: inner } = event.payload;
  if (typeof inner !== "object" || inner === null || !isFiringEvent(event)) return event;
  const { id, event: name } = { id: undefined, event: undefined, ...inner };
  return { ...event, payload: { ...event.payload, triggering_event: { id, event: name } } };
}

/** Characters of a payload that are repeated in a firing event; the event itself has the rest. */
const longestPayload = 100_000;

function shortened(event: ReceivedEvent | null): ReceivedEvent | null {
  if (!event || JSON.stringify(event.payload).length <= longestPayload) return event;
  return { ...event, payload: { omitted: `The payload is longer than ${longestPayload} characters.` } };
}

/** The resource of all events about an automation. */
export const automationResource = ({ id, name, trigger }: Automation): Record<string, string> => ({
  "prefect.resource.id": `prefect.automation.${id}`,
  "prefect.resource.name": name,
  ...(trigger.type === "event" && { "prefect.posture": trigger.posture }),
});

export const eventResource = (id: string, role: string): Record<string, string> => ({
  "prefect.resource.id": `prefect.event.${id}`,
  "prefect.resource.role": role,
});

function triggeredEvent(tx: Tx, automation: Automation, firing: ToldFiring, chain: readonly string[]) {
  const { triggering_event, triggering_labels } = firing;
  return {
    id: newId(toMs(tx.now)),
    occurred: tx.now,
    event: "prefect.automation.triggered",
    resource: { ...automationResource(automation), ...chainLabels(chain) },
    related: triggering_event ? [eventResource(triggering_event.id, "triggering-event")] : [],
    payload: { triggering_labels, triggering_event: shortened(triggering_event) },
    follows: null,
  };
}
