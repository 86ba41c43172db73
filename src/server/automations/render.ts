import type { Automation } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { Trigger } from "../../schema/triggers.ts";
import type { Store } from "../../store/store.ts";
import { TimeSlice } from "../time-slice.ts";
import { templateFunctions, valuesFor } from "./template-values.ts";
import { fillTemplate, TemplateError } from "./templates.ts";

interface RenderInput {
  templates: readonly string[];
  event: ReceivedEvent;
  /** Of the automation that is being written. */
  name: string;
  /** Base URL of the dashboard, for links. */
  site: string;
}

interface Rendered {
  text: string | null;
  error: string | null;
}

const nobody = "00000000-0000-4000-8000-000000000000";

/** Templates as they would read if an automation fired for the event. */
export async function renderTemplates(store: Store, input: RenderInput): Promise<Rendered[]> {
  const { templates, event, name, site } = input;
  const values = await valuesFor(store, taskOf(event, name), templates);
  const functions = templateFunctions(site);
  const slice = new TimeSlice();
  const rendered: Rendered[] = [];
  for (const template of templates) {
    rendered.push(render(() => fillTemplate(template, values, functions)));
    await slice.next();
  }
  return rendered;
}

function render(fill: () => string): Rendered {
  try {
    return { text: fill(), error: null };
  } catch (error) {
    if (error instanceof TemplateError) return { text: null, error: error.message };
    throw error;
  }
}

/** A firing that did not happen. */
function taskOf(event: ReceivedEvent, name: string): Parameters<typeof valuesFor>[1] {
  const trigger = Trigger.parse({ posture: "Reactive", expect: [event.event] });
  const automation: Automation = {
    ...{ id: nobody, created: event.received, updated: event.received, name, description: "", enabled: true },
    ...{ tags: [], trigger, actions: [], actions_on_trigger: [], actions_on_resolve: [] },
  };
  return {
    ...{
      id: nobody,
      due: event.received,
      attempts: 0,
      automation_id: nobody,
      action: { type: "do-nothing" },
    },
    context: {
      ...{ automation, event, told: nobody, index: 0 },
      firing: {
        ...{ id: nobody, trigger, trigger_states: ["Triggered"], triggered: event.received },
        ...{ triggering_labels: {}, triggering_firings: [], triggering_event: event, triggering_value: null },
      },
    },
  };
}
