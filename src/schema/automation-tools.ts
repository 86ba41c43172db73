import { z } from "zod";
import { Resource } from "./events.ts";
import { routes } from "./route.ts";
import { byId, Uuid, withDefault } from "./scalars.ts";
import { WholeTrigger } from "./triggers.ts";

// Tools for writing automations: when a trigger would have fired, how templates read, and a test of the actions. Praetor
// only: a Prefect server has none of these.

/** An event without its payload. */
const BriefEvent = z.object({ id: z.string(), event: z.string(), occurred: z.string(), resource: Resource });
export type BriefEvent = z.infer<typeof BriefEvent>;

const PreviewFiring = z.object({
  at: z.string(),
  /** The label values that were counted by. */
  labels: z.record(z.string(), z.string()),
  /** The event that made it fire; null where no event did. */
  event: BriefEvent.nullable(),
});
export type PreviewFiring = z.infer<typeof PreviewFiring>;

export const maxPreviewDays = 14;
export const maxPreviewFirings = 50;
export const maxPreviewTimes = 500;

export const TriggerPreview = z.object({
  /** From when to when events were evaluated. */
  since: z.string(),
  until: z.string(),
  /** Events with one of the names that were evaluated. */
  events: z.int(),
  /** Whether all stored events of the requested days were evaluated; if not, `since` is later than requested. */
  is_whole: z.boolean(),
  count: z.int(),
  /** When it would have fired, oldest first; of many the latest. */
  times: z.array(z.string()),
  /** The latest of these with their events, newest first. */
  firings: z.array(PreviewFiring),
});
export type TriggerPreview = z.infer<typeof TriggerPreview>;

const maxTemplates = 10;
const longestTemplate = 20_000;

export const RenderedTemplate = z.object({
  /** Null where it could not be rendered. */
  text: z.string().nullable(),
  error: z.string().nullable(),
});

export const automationTools = routes("automation-tools", {
  preview: {
    method: "POST",
    path: "/praetor/automations/preview",
    input: z.strictObject({
      trigger: WholeTrigger,
      days: withDefault(z.int().min(1).max(maxPreviewDays), () => 7),
      /** The automation whose trigger it is: its own firings do not count. */
      automation_id: Uuid.nullish(),
    }),
    output: TriggerPreview,
  },
  /** Templates as they read for a stored event. */
  render: {
    method: "POST",
    path: "/praetor/automations/render",
    input: z.strictObject({
      templates: z.array(z.string().max(longestTemplate)).max(maxTemplates),
      event_id: Uuid,
      /** What `automation.name` reads. */
      name: withDefault(z.string().max(1000), () => ""),
    }),
    output: z.array(RenderedTemplate),
  },
  /** Performs actions of an automation once, with an event as if it had fired; recorded in the events about it. */
  test: {
    method: "POST",
    path: "/praetor/automations/:id/test",
    input: z.strictObject({
      ...byId.shape,
      /** Places of the actions; all when absent. */
      actions: z.array(z.int().min(0)).max(200).nullish(),
      /** A stored event; when absent the latest that would have fired it, or a sample. */
      event_id: Uuid.nullish(),
    }),
    output: z.object({
      /** Id of the event that records the test. */
      id: z.string(),
      /** Id of the event it was tested with; null for a sample. */
      event_id: z.string().nullable(),
    }),
  },
});
