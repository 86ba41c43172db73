import type { Action } from "../../schema/automation-actions.ts";
import { type Automation, automations, templates, whyEndless } from "../../schema/automations.ts";
import { problem } from "../../schema/problems.ts";
import { renewed } from "../../schema/triggers.ts";
import type { Store } from "../../store/store.ts";
import { openedBuckets } from "../automations/buckets.ts";
import { templatesIn } from "../automations/parameters.ts";
import { checkTemplate, isTemplate, TemplateError } from "../automations/templates.ts";
import { InvalidRequest } from "../invalid-request.ts";
import { jobVariablesFault } from "../job-variables.ts";
import { type Api, done, found, json, serve } from "../serve.ts";
import { TimeSlice } from "../time-slice.ts";

const unknown = "Automation not found";

type Written = Pick<Automation, "trigger" | "actions" | "actions_on_trigger" | "actions_on_resolve">;

export function serveAutomations(api: Api, store: Store, now: () => number): void {
  const rows = store.automations;
  serve(api, automations.create, async (body) => {
    const input = await checked(store, body);
    return rows.create(input, openedBuckets(input.trigger, now()));
  });
  serve(api, automations.update, async (body) => {
    const known = found(await rows.read(body.id), unknown);
    const { description, enabled, tags } = known;
    const input = await checked(store, {
      ...body,
      description: body.description ?? description,
      enabled: body.enabled ?? enabled,
      tags: body.tags ? [...new Set(body.tags)] : tags,
    });
    const why = whyEndless(input);
    if (why) throw new InvalidRequest([{ type: "value_error", loc: ["body", "actions"], msg: why }], body);
    return done(await rows.update(input, openedBuckets(input.trigger, now())), unknown);
  });
  serve(api, automations.setEnabled, async ({ id, enabled }) => {
    const known = found(await rows.read(id), unknown);
    const why = whyEndless({ ...known, enabled });
    if (why)
      throw new InvalidRequest([{ type: "value_error", loc: ["body", "enabled"], msg: why }], { enabled });
    return done(await rows.setEnabled({ id, enabled }, openedBuckets(known.trigger, now())), unknown);
  });
  serve(api, automations.delete, async ({ id }) => done(await rows.delete(id), unknown));
  serve(api, automations.filter, (input) => rows.filter(input));
  serve(api, automations.count, (input) => rows.count(input));
  serve(api, automations.relatedTo, ({ resource_id }) => rows.relatedTo(resource_id));
  serve(api, automations.deleteOwned, async ({ resource_id }) => {
    await rows.deleteOwned(resource_id);
    return null;
  });
  serve(api, automations.validateTemplate, ({ template }) => validate(template));
  serve(api, templates.validate, ({ template }) => validate(template));
  // After those whose second part is a word.
  serve(api, automations.read, async ({ id }) => found(await rows.read(id), unknown));
}

function validate(template: string): Response | undefined {
  const wrong = flawOf(template);
  if (!wrong) return undefined;
  const { line, message } = wrong;
  return json({ error: { line, message, source: template } }, { status: 422 });
}

function flawOf(template: string): TemplateError | undefined {
  try {
    checkTemplate(template);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/** The automation as it is kept; refuses templates that cannot be filled and variables that no process could have. */
async function checked<A extends Written>(store: Store, input: A): Promise<A> {
  const lists = ["actions", "actions_on_trigger", "actions_on_resolve"] as const;
  const templates = lists.flatMap((list) =>
    input[list].flatMap((action, place) => templatesOf(action, ["body", list, place])),
  );
  const issues = await flawsOf(templates);
  if (issues.length > 0) throw new InvalidRequest(issues, input);
  for (const action of lists.flatMap((list) => input[list])) await refuseVariables(store, action);
  return { ...input, trigger: renewed(input.trigger) };
}

interface Template {
  text: string;
  key: string;
  loc: (string | number)[];
}

/** Each of them takes milliseconds, when it is read and whenever it is filled. */
const maxTemplates = 100;

async function flawsOf(templates: readonly Template[]) {
  const many = templates[maxTemplates];
  if (many) {
    const msg = `expected at most ${maxTemplates} templates in all actions, got ${templates.length}`;
    return [{ type: "too_long", loc: many.loc, msg }];
  }
  const issues = [];
  const yielder = new TimeSlice();
  for (const { text, key, loc } of templates) {
    const flaw = flawOf(text);
    const msg = `expected a template in ${key}: ${flaw?.message}`;
    if (flaw) issues.push({ type: "value_error", loc, msg, input: text });
    await yielder.next();
  }
  return issues;
}

function templatesOf(action: Action, loc: (string | number)[]): Template[] {
  const texts: [string, string[]][] =
    action.type === "send-notification"
      ? ["subject" as const, "body" as const].map((key) => [key, [action[key]]])
      : action.type === "call-webhook"
        ? [["payload", [action.payload]]]
        : action.type === "run-deployment"
          ? [["parameters", templatesIn(action.parameters)]]
          : [];
  return texts.flatMap(([key, list]) =>
    list.filter(isTemplate).map((text) => ({ text, key, loc: [...loc, key] })),
  );
}

async function refuseVariables(store: Store, action: Action): Promise<void> {
  if (action.type !== "run-deployment" || !action.job_variables || !action.deployment_id) return;
  const deployment = await store.deployments.read(action.deployment_id);
  if (!deployment) return;
  const job_variables = { ...deployment.job_variables, ...action.job_variables };
  const wrong = await jobVariablesFault(store, { ...deployment, job_variables });
  if (wrong) throw problem("invalid", `Error creating automation: ${wrong}`);
}
