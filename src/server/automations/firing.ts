import type { Firing } from "../../rules/triggers.ts";
import type { Automation } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { allTriggers, type Trigger } from "../../schema/triggers.ts";
import type { ToldFiring } from "../../store/automation-nouns.ts";
import type { Tx } from "../../store/store.ts";

/** Tells that an automation has fired, and leaves what it does about it to be done: all with the transaction. */
export async function fire(
  tx: Tx,
  automation: Automation,
  firing: Firing,
  known: ReadonlyMap<string, ReceivedEvent>,
): Promise<void> {
  const events = await eventsOf(tx, firing, known);
  const triggers = new Map(allTriggers(automation.trigger).map((trigger) => [trigger.id, trigger]));
  const told = toldOf(firing, { events, triggers, trigger: automation.trigger });
  const event = triggeredEvent(tx, automation, told);
  tx.event(event);
  const received = { ...event, received: tx.now };
  const wanted = [
    ...automation.actions.map((action) => ({ action, event: told.triggering_event })),
    ...automation.actions_on_trigger.map((action) => ({ action, event: received })),
  ];
  for (const [index, { action, event: about }] of wanted.entries()) {
    tx.automationWork.addTask({
      id: newId(toMs(tx.now)),
      due: tx.now,
      automation_id: automation.id,
      action,
      context: { automation, firing: told, event: about, told: event.id, index },
    });
  }
}

const eventIdsOf = (firing: Firing): string[] => [
  ...(firing.event_id === null ? [] : [firing.event_id]),
  ...firing.firings.flatMap(eventIdsOf),
];

/** The events that had to do with it. Those of long ago may be gone. */
async function eventsOf(tx: Tx, firing: Firing, known: ReadonlyMap<string, ReceivedEvent>) {
  const missing = [...new Set(eventIdsOf(firing))].filter((id) => !known.has(id));
  const read = missing.length > 0 ? await tx.events.readMany(missing) : [];
  return new Map([...known, ...read.map((event) => [event.id, event] as const)]);
}

interface Around {
  events: ReadonlyMap<string, ReceivedEvent>;
  triggers: ReadonlyMap<string, Trigger>;
  /** Of the automation itself. */
  trigger: Trigger;
}

function toldOf(firing: Firing, around: Around): ToldFiring {
  return {
    id: newId(),
    trigger: around.triggers.get(firing.trigger_id) ?? around.trigger,
    trigger_states: ["Triggered"],
    triggered: timestamp(firing.at),
    triggering_labels: firing.labels,
    triggering_firings: firing.firings.map((one) => toldOf(one, around)),
    triggering_event: around.events.get(firing.event_id ?? "") ?? null,
    triggering_value: null,
  };
}

/** The resource of everything that is told of an automation. */
export const automationResource = ({ id, name, trigger }: Automation): Record<string, string> => ({
  "prefect.resource.id": `prefect.automation.${id}`,
  "prefect.resource.name": name,
  ...(trigger.type === "event" && { "prefect.posture": trigger.posture }),
});

export const eventResource = (id: string, role: string): Record<string, string> => ({
  "prefect.resource.id": `prefect.event.${id}`,
  "prefect.resource.role": role,
});

function triggeredEvent(tx: Tx, automation: Automation, firing: ToldFiring) {
  const { triggering_event, triggering_labels } = firing;
  return {
    id: newId(toMs(tx.now)),
    occurred: tx.now,
    event: "prefect.automation.triggered",
    resource: automationResource(automation),
    related: triggering_event ? [eventResource(triggering_event.id, "triggering-event")] : [],
    payload: { triggering_labels, triggering_event },
    follows: null,
  };
}
