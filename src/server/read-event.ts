import type { z } from "zod";
import { EventCreate } from "../schema/events.ts";
import { usualEvent } from "../schema/usual-event.ts";

/** The event that was sent, or what is wrong with it. */
export function readEvent(given: unknown): { event: EventCreate } | { issues: z.core.$ZodIssue[] } {
  const usual = usualEvent(given);
  if (usual) return { event: usual };
  const parsed = EventCreate.safeParse(given);
  return parsed.success ? { event: parsed.data } : { issues: parsed.error.issues };
}
