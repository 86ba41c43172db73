import { z } from "zod";
import { Json, optional, Seconds, Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";

// What an automation does when it fires.

/** The target is named, or inferred from the event. */
const source = withDefault(z.enum(["selected", "inferred"]), () => "selected" as const);

interface Aimed {
  source: "selected" | "inferred";
  deployment_id?: string | null;
  work_pool_id?: string | null;
  work_queue_id?: string | null;
  automation_id?: string | null;
}
type Target = Exclude<keyof Aimed, "source">;

const isNamed =
  (target: Target) =>
  (action: Aimed): boolean =>
    (action.source === "selected") === (typeof action[target] === "string");
const mustBeNamed = (target: Target) => ({
  path: [target],
  error: `expected ${target} when the source is selected, and none when it is inferred`,
});

const onDeployment = <const T extends string>(type: T) =>
  z
    .object({ type: z.literal(type), source, deployment_id: optional(Uuid) })
    .refine(isNamed("deployment_id"), mustBeNamed("deployment_id"));
const onWorkPool = <const T extends string>(type: T) =>
  z
    .object({ type: z.literal(type), source, work_pool_id: optional(Uuid) })
    .refine(isNamed("work_pool_id"), mustBeNamed("work_pool_id"));
const onWorkQueue = <const T extends string>(type: T) =>
  z
    .object({ type: z.literal(type), source, work_queue_id: optional(Uuid) })
    .refine(isNamed("work_queue_id"), mustBeNamed("work_queue_id"));
const onAutomation = <const T extends string>(type: T) =>
  z
    .object({ type: z.literal(type), source, automation_id: optional(Uuid) })
    .refine(isNamed("automation_id"), mustBeNamed("automation_id"));
const onFlowRun = <const T extends string>(type: T) => z.object({ type: z.literal(type) });

const RunDeployment = z
  .object({
    type: z.literal("run-deployment"),
    source,
    deployment_id: optional(Uuid),
    /** Override the deployment's. Texts in it may be templates. */
    parameters: optional(Json),
    job_variables: optional(Json),
    /** Seconds. */
    schedule_after: withDefault(
      Seconds.refine((seconds) => seconds >= 0, "expected 0 seconds or more"),
      () => 0,
    ),
  })
  .refine(isNamed("deployment_id"), mustBeNamed("deployment_id"));

/** Subject and body are templates. */
const SendNotification = z.object({
  type: z.literal("send-notification"),
  block_document_id: Uuid,
  subject: z.string().default("Prefect automated notification"),
  body: z.string(),
});

/** Older dashboards send an object for the text. */
const Payload = z.preprocess(
  (value) => (typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : (value ?? "")),
  z.string(),
);
const CallWebhook = z.object({
  type: z.literal("call-webhook"),
  block_document_id: Uuid,
  /** A template. */
  payload: Payload,
});

const ChangeFlowRunState = z.object({
  type: z.literal("change-flow-run-state"),
  state: StateType,
  name: optional(z.string()),
  message: optional(z.string()),
  force: withDefault(z.boolean(), () => false),
});

const all = [
  z.object({ type: z.literal("do-nothing") }),
  RunDeployment,
  onDeployment("pause-deployment"),
  onDeployment("resume-deployment"),
  onFlowRun("cancel-flow-run"),
  onFlowRun("suspend-flow-run"),
  onFlowRun("resume-flow-run"),
  onFlowRun("delete-flow-run"),
  ChangeFlowRunState,
  onWorkPool("pause-work-pool"),
  onWorkPool("resume-work-pool"),
  onWorkQueue("pause-work-queue"),
  onWorkQueue("resume-work-queue"),
  onAutomation("pause-automation"),
  onAutomation("resume-automation"),
  SendNotification,
  CallWebhook,
] as const;

export const Action = z.discriminatedUnion("type", all, {
  error: `expected an action of one of the types ${all.map(({ shape }) => shape.type.value).join(", ")}`,
});
export type Action = z.output<typeof Action>;
export type ActionType = Action["type"];
