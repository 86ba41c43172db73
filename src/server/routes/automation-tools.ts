import type { Action } from "../../schema/automation-actions.ts";
import { automationTools } from "../../schema/automation-tools.ts";
import type { Automation } from "../../schema/automations.ts";
import { newId } from "../../schema/ids.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { previewTrigger } from "../automations/preview.ts";
import { renderTemplates } from "../automations/render.ts";
import { sampleEvent, testFire } from "../automations/test-firing.ts";
import { requesterOf } from "../forced-states.ts";
import { originOf } from "../origin.ts";
import { type Api, found, serve } from "../serve.ts";

const testDays = 7;

interface ToolsOptions {
  store: Store;
  now: () => number;
  /** Base URL of the dashboard, for links in texts; that of the request when absent. */
  site: string | undefined;
}

/** Routes for writing automations. */
export function serveAutomationTools(api: Api, { store, now, site }: ToolsOptions): void {
  serve(api, automationTools.preview, async ({ trigger, days, automation_id }) => {
    const automationId = automation_id ?? newId();
    const { latest: _, ...preview } = await previewTrigger(store, {
      trigger,
      days,
      automationId,
      now: now(),
    });
    return preview;
  });
  serve(api, automationTools.render, async ({ templates, event_id, name }, c) => {
    const [event] = await store.events.readMany([event_id]);
    return renderTemplates(store, {
      ...{ templates, name, site: site ?? originOf(c) },
      event: found(event, "Event not found"),
    });
  });
  serve(api, automationTools.test, async ({ id, actions, event_id }, c) => {
    const automation = found(await store.automations.read(id), "Automation not found");
    const all = [...automation.actions, ...automation.actions_on_trigger];
    const places = [...new Set(actions ?? all.keys())];
    const missing = places.find((place) => place >= all.length);
    if (missing !== undefined)
      throw problem("invalid", `expected places of ${all.length} actions, got ${missing}`);
    const cause = await causeOf(store, automation, { event_id, now: now() });
    if (cause.isSample && places.some((place) => actsOnRun(all[place])))
      throw problem(
        "conflict",
        "No event of the last 7 days would have fired the automation: its actions on flow runs need one",
      );
    const tested = await testFire(store, { automation, places, ...cause, by: requesterOf(c) });
    return { id: tested, event_id: cause.isSample ? null : cause.event.id };
  });
}

/** A sample is about a run that nothing happened to: it must not be changed. */
const actsOnRun = (action: Action | undefined): boolean =>
  action !== undefined &&
  (/flow-run/.test(action.type) || ("source" in action && action.source === "inferred"));

interface Wanted {
  event_id: string | null | undefined;
  now: number;
}

/** The event that was asked for, or the latest that would have fired the automation, or a sample. */
async function causeOf(store: Store, automation: Automation, { event_id, now }: Wanted) {
  if (event_id) {
    const [event] = await store.events.readMany([event_id]);
    return { event: found(event, "Event not found"), firing: undefined, isSample: false };
  }
  const { id: automationId, trigger } = automation;
  const { latest } = await previewTrigger(store, { trigger, days: testDays, automationId, now });
  const [event] = latest ? await store.events.readMany([latest.event.id]) : [];
  if (event) return { event, firing: latest?.firing, isSample: false };
  return { event: await sampleEvent(store, automation, now), firing: undefined, isSample: true };
}
