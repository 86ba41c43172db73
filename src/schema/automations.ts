import { z } from "zod";
import { Action } from "./automation-actions.ts";
import { column, filterOf } from "./filter.ts";
import { namedSorts } from "./flows.ts";
import { routes } from "./route.ts";
import { byId, Limit, Nothing, Offset, rowShape, Tags, Uuid, withDefault } from "./scalars.ts";
import { type Trigger, WholeTrigger } from "./triggers.ts";

const Actions = withDefault(z.array(Action), () => []);
const shape = {
  name: z.string(),
  description: withDefault(z.string(), () => ""),
  enabled: withDefault(z.boolean(), () => true),
  tags: Tags,
  trigger: WholeTrigger,
  actions: z.array(Action),
  /** Performed in addition, with the firing event as input. */
  actions_on_trigger: Actions,
  /** Stored for clients that send them: only metric triggers of Prefect Cloud are ever resolved. */
  actions_on_resolve: Actions,
};

/** A trigger with the actions that it fires. */
export const Automation = z.object({
  ...{ ...rowShape, ...shape },
  /** Why the server paused it: it fired in a loop. Praetor only; null when it is enabled. */
  paused_reason: z.enum(["loop"]).nullish(),
});
export type Automation = z.output<typeof Automation>;

type Looked = Pick<Automation, "enabled" | "trigger" | "actions">;

/** Every run of a deployment goes through these states. */
const everyRun = ["Scheduled", "Pending", "Running", "*"].map((state) => `prefect.flow-run.${state}`);

/** Explains how the automation would trigger itself through its runs, if it would. */
function endlessness({ enabled, trigger, actions }: Looked): string | undefined {
  if (!enabled || trigger.type !== "event" || trigger.posture !== "Reactive") return undefined;
  if (!trigger.expect.some((name) => everyRun.includes(name))) return undefined;
  const runs = actions.filter((action) => action.type === "run-deployment");
  if (runs.some(({ source }) => source === "inferred")) {
    return "an inferred deployment that is run when its runs change state runs for ever: select a deployment, and narrow match or match_related down to other runs";
  }
  if (runs.length > 0 && isEveryRun(trigger)) {
    return "a deployment that is run when any flow run changes state may run for ever: narrow match or match_related down to runs of other deployments";
  }
  return undefined;
}

function isEveryRun({ match, match_related }: Extract<Trigger, { type: "event" }>): boolean {
  const isWide = (labels: typeof match): boolean => {
    const entries = Object.entries(labels);
    const [[key, value] = []] = entries;
    if (entries.length !== 1) return entries.length === 0;
    return key === "prefect.resource.id" && [value].flat().includes("prefect.flow-run.*");
  };
  const related = Array.isArray(match_related) ? match_related : [match_related];
  return isWide(match) && (related.length === 0 || related.some(isWide));
}

const refuseEndless = (automation: Looked, context: z.core.$RefinementCtx<Looked>): void => {
  const why = endlessness(automation);
  if (why) context.addIssue({ code: "custom", path: ["actions"], message: why });
};

const AutomationCreate = z
  .strictObject({
    ...shape,
    /** Such as `prefect.deployment.<id>`: the automation is replaced and deleted with it. */
    owner_resource: z.string().nullish(),
  })
  .superRefine(refuseEndless);
/** Omitted keys are unchanged. */
const AutomationUpdate = z.strictObject({
  ...{ id: Uuid, ...shape },
  description: z.string().nullish(),
  enabled: z.boolean().nullish(),
  tags: z.array(z.string()).nullish(),
});

/** The same validation for changes. */
export const whyEndless = endlessness;

export const AutomationFilter = filterOf({
  // Newer Prefect clients send it, possibly as null.
  id: column("uuid", ["any_"]),
  name: column("text", ["any_"]),
  created: column("time", ["before_"]),
  tags: column("tags", ["all_", "any_", "is_null_"], { combines: true }),
});
const byResource = z.object({ resource_id: z.string() });
/** A text body; an absent one is empty. */
const templateInput = z.object({
  template: z.preprocess(
    (value) => (typeof value === "object" && value !== null && Object.keys(value).length === 0 ? "" : value),
    z.string(),
  ),
});
const validateTemplate = {
  method: "POST",
  input: templateInput,
  bodyKey: "template",
  output: Nothing,
  status: 204,
} as const;

export const automations = routes("automations", {
  create: {
    method: "POST",
    path: "/automations/",
    input: AutomationCreate,
    output: Automation,
    status: 201,
  },
  update: { method: "PUT", path: "/automations/:id", input: AutomationUpdate, output: Nothing, status: 204 },
  setEnabled: {
    method: "PATCH",
    path: "/automations/:id",
    input: z.strictObject({ id: Uuid, enabled: withDefault(z.boolean(), () => true) }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/automations/:id", input: byId, output: Nothing, status: 204 },
  read: { method: "GET", path: "/automations/:id", input: byId, output: Automation },
  filter: {
    method: "POST",
    path: "/automations/filter",
    input: z.object({
      automations: AutomationFilter.nullish(),
      sort: withDefault(z.enum(namedSorts), () => "NAME_ASC" as const),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(Automation),
  },
  count: {
    method: "POST",
    path: "/automations/count",
    input: z.object({ automations: AutomationFilter.nullish() }),
    output: z.int(),
  },
  relatedTo: {
    method: "GET",
    path: "/automations/related-to/:resource_id",
    input: byResource,
    output: z.array(Automation),
  },
  deleteOwned: {
    method: "DELETE",
    path: "/automations/owned-by/:resource_id",
    input: byResource,
    output: z.null(),
    status: 202,
  },
  validateTemplate: { ...validateTemplate, path: "/automations/templates/validate" },
});

export const templates = routes("templates", {
  validate: { ...validateTemplate, path: "/templates/validate" },
});
