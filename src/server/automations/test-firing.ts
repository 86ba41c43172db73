import { chainLabels } from "../../rules/chains.ts";
import type { Firing } from "../../rules/triggers.ts";
import type { Automation } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { allTriggers } from "../../schema/triggers.ts";
import type { Store } from "../../store/store.ts";
import type { Requester } from "../forced-states.ts";
import { automationResource, describeFiring, eventResource } from "./firing.ts";

export const testedEvent = "praetor.automation.tested";

export interface TestInput {
  automation: Automation;
  /** Places of the actions to be performed, among those of the automation and those on its trigger. */
  places: readonly number[];
  /** The event it is tested with; a sample is not stored. */
  event: ReceivedEvent;
  isSample: boolean;
  /** What fired, where the event did fire. */
  firing: Firing | undefined;
  by: Requester;
}

/** Enqueues actions as if the automation had fired, marked as a test. Returns the id of the event that records it. */
export function testFire(store: Store, input: TestInput): Promise<string> {
  const { automation, places, event, isSample, by } = input;
  return store.transaction(async (tx) => {
    const at = tx.now;
    const firing = input.firing ?? {
      ...{ trigger_id: automation.trigger.id, at: toMs(at), labels: {}, firings: [], event_id: event.id },
    };
    const told = describeFiring(firing, {
      events: new Map([[event.id, event]]),
      triggers: new Map(allTriggers(automation.trigger).map((trigger) => [trigger.id, trigger])),
      trigger: automation.trigger,
    });
    const id = newId(toMs(at));
    const chain = [automation.id];
    tx.event({
      ...{ id, occurred: at, event: testedEvent, follows: null },
      resource: { ...automationResource(automation), ...chainLabels(chain) },
      related: isSample ? [] : [eventResource(event.id, "triggering-event")],
      payload: {
        ...{ test: true, actions: places.length, by, is_sample: isSample },
        triggering_event: isSample ? null : brief(event),
      },
    });
    tx.automationWork.reportActivity(automation.id);
    const all = [...automation.actions, ...automation.actions_on_trigger];
    for (const index of places) {
      const action = all[index];
      if (!action) continue;
      const context = { automation, firing: told, event, told: id, index, chain, is_test: true };
      tx.automationWork.addTask({
        ...{ id: newId(toMs(at)), due: at, automation_id: automation.id, action, context },
      });
    }
    return id;
  });
}

const brief = ({ id, event, occurred, resource }: ReceivedEvent) => ({ id, event, occurred, resource });

/** An event as the trigger expects it, about the latest flow run where it is about flow runs. */
export async function sampleEvent(
  store: Store,
  { trigger }: Automation,
  now: number,
): Promise<ReceivedEvent> {
  const leaf = allTriggers(trigger).find((one) => one.type === "event");
  const name = (leaf?.type === "event" && (leaf.expect[0] ?? leaf.after[0])) || "sample";
  const event = name.replace(/\*$/, "Running");
  const [, state] = /^prefect\.flow-run\.(.+)$/.exec(event) ?? [];
  const input = flowRuns.filter.input.parse({ sort: "START_TIME_DESC", limit: 1 });
  const [run] = state ? await store.flowRuns.filter(input) : [];
  const resource: Record<string, string> = run
    ? {
        ...{ "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.resource.name": run.name },
        ...{ "prefect.state-type": run.state_type ?? "FAILED", "prefect.state-name": state ?? "Failed" },
        "prefect.state-message": "Sample",
      }
    : { "prefect.resource.id": "praetor.sample", "prefect.resource.name": "sample" };
  const related = run
    ? [{ "prefect.resource.id": `prefect.flow.${run.flow_id}`, "prefect.resource.role": "flow" }]
    : [];
  return {
    ...{ id: newId(now), occurred: timestamp(now), received: timestamp(now), follows: null },
    ...{ event, resource, related, payload: { sample: true } },
  };
}
