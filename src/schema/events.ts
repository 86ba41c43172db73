import { z } from "zod";
import { routes } from "./route.ts";
import { Json, maxLabels, optional, Time, Uuid, withDefault } from "./scalars.ts";

export { runErrorEvent } from "./event-names.ts";

const label = z.string();
/** Labels of a resource; `prefect.resource.id` names it. */
export const Resource = z
  .record(z.string(), label)
  .meta({ maxProperties: maxLabels })
  .refine((labels) => "prefect.resource.id" in labels, "expected the label prefect.resource.id");
export const RelatedResource = Resource.refine(
  (labels) => "prefect.resource.role" in labels,
  "expected the label prefect.resource.role",
);

export const EventCreate = z.object({
  occurred: Time,
  event: z.string().max(1024),
  resource: Resource,
  related: withDefault(z.array(RelatedResource).max(100), () => []),
  payload: withDefault(Json, () => ({})),
  id: Uuid,
  follows: optional(Uuid),
});
export type EventCreate = z.infer<typeof EventCreate>;

export const ReceivedEvent = z.object({ ...EventCreate.shape, received: Time });
export type ReceivedEvent = z.infer<typeof ReceivedEvent>;

const texts = z.array(z.string()).nullish();
const LabelFilter = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .meta({ maxProperties: maxLabels });
const ResourceFilter = z.strictObject({
  id: texts,
  id_prefix: texts,
  labels: LabelFilter.nullish(),
  distinct: z.boolean().nullish(),
});
const RelatedFilter = z.strictObject({
  id: texts,
  role: texts,
  resources_in_roles: z.array(z.tuple([z.string(), z.string()])).nullish(),
  labels: LabelFilter.nullish(),
});
const AnyResourceFilter = z.strictObject({ id: texts, id_prefix: texts, labels: LabelFilter.nullish() });

/** Unlike the entity filters, an empty list or null here means "no constraint". */
export const EventFilter = z.strictObject({
  occurred: z.strictObject({ since: Time.nullish(), until: Time.nullish() }).nullish(),
  event: z.strictObject({ prefix: texts, exclude_prefix: texts, name: texts, exclude_name: texts }).nullish(),
  resource: ResourceFilter.nullish(),
  related: z.union([RelatedFilter, z.array(RelatedFilter)]).nullish(),
  any_resource: z.union([AnyResourceFilter, z.array(AnyResourceFilter)]).nullish(),
  id: z.strictObject({ id: z.array(Uuid).nullish() }).nullish(),
  text: z.strictObject({ query: z.string().max(200) }).nullish(),
  order: withDefault(z.enum(["ASC", "DESC"]), () => "DESC" as const),
});
export type EventFilter = z.infer<typeof EventFilter>;

export const EventPage = z.object({
  events: z.array(ReceivedEvent),
  total: z.int(),
  next_page: z.string().nullable(),
});
export const EventCount = z.object({
  value: z.string(),
  label: z.string(),
  count: z.int(),
  start_time: z.string(),
  end_time: z.string(),
});
export type EventCount = z.infer<typeof EventCount>;

export const countables = ["day", "time", "event", "resource"] as const;
export const timeUnits = ["week", "day", "hour", "minute", "second"] as const;

export const events = routes("events", {
  create: {
    method: "POST",
    path: "/events",
    isBulk: true,
    // As in Prefect.
    maxEntry: 1_500_000,
    isReport: true,
    input: z.object({ events: z.array(EventCreate) }),
    bodyKey: "events",
    output: z.undefined(),
    status: 204,
  },
  filter: {
    method: "POST",
    path: "/events/filter",
    input: z.object({ filter: EventFilter.nullish(), limit: withDefault(z.int().min(0).max(50), () => 50) }),
    output: EventPage,
  },
  next: {
    method: "GET",
    path: "/events/filter/next",
    input: z.object({ "page-token": z.string() }),
    output: EventPage,
  },
  countBy: {
    method: "POST",
    path: "/events/count-by/:countable",
    input: z.object({
      countable: z.enum(countables),
      filter: EventFilter,
      time_unit: withDefault(z.enum(timeUnits), () => "day" as const),
      time_interval: withDefault(z.number().min(0.01), () => 1),
    }),
    output: z.array(EventCount),
  },
});

/** One failure as the SDK saw it, sent as the payload of a `praetor.error` event about the run. */
export const ErrorFrame = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int().nullable(),
  function: z.string().nullable(),
  /** True for frames of installed packages and of the runtime. */
  library: z.boolean(),
  source: z.object({ first: z.int(), lines: z.array(z.string()) }).nullable(),
  /** How many more times the same call is on the stack, one inside the other. */
  repeated: z.int().optional(),
});
export type ErrorFrame = z.infer<typeof ErrorFrame>;
export const ErrorLink = z.object({
  name: z.string(),
  message: z.string(),
  frames: z.array(ErrorFrame),
  properties: Json,
  /**
   * Errors that an exception group or AggregateError holds, each with its causes. Of a SuppressedError: the error of
   * the disposal, then the one that it suppressed.
   */
  get members(): z.ZodOptional<z.ZodArray<z.ZodArray<typeof ErrorLink>>> {
    return z.array(z.array(ErrorLink)).optional();
  },
  omitted_members: z.int().optional(),
  /** Causes left out between this error and the next of the chain. */
  omitted_causes: z.int().optional(),
});
export const RunError = z.object({
  /** The thrown error first, then its `cause`, and so on: at most five, the last of which is the root cause. */
  chain: z.array(ErrorLink),
  attempt: z.int(),
});
export type RunError = z.infer<typeof RunError>;

/**
 * A value for display: JSON text, truncated at about 2 KB (still valid JSON). The SDK puts one of the arguments
 * (`{name: value}`) as `payload.input_preview` into the event `prefect.task-run.Running`, one of the result as
 * `payload.result_preview` into `prefect.task-run.Completed`, and one of a flow run's result as
 * `payload.result_preview` of an event `praetor.result` about the flow run.
 */
export const Preview = z.object({ json: z.string(), truncated: z.boolean() });
export type Preview = z.infer<typeof Preview>;
export const runResultEvent = "praetor.result";
