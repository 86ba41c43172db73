import type { z } from "zod";
import { EventCreate } from "../schema/events.ts";
import { settled } from "../schema/exact-bodies.ts";
import { usualEvent } from "../schema/usual-event.ts";
import { containsReservedKey, reservedKeyMessage } from "./http/reserved-keys.ts";

/** The event that was sent, or what is wrong with it. */
export function readEvent(given: unknown): { event: EventCreate } | { issues: z.core.$ZodIssue[] } {
  const usual = usualEvent(given);
  if (usual) return { event: usual };
  if (containsReservedKey(given))
    return { issues: [{ code: "custom", path: [], message: reservedKeyMessage, input: given }] };
  const parsed = EventCreate.safeParse(settled(EventCreate, given));
  return parsed.success ? { event: parsed.data } : { issues: parsed.error.issues };
}
