import type { z } from "zod";
import { EventCreate } from "../schema/events.ts";
import { settled } from "../schema/exact-bodies.ts";
import { standardEvent } from "../schema/standard-event.ts";
import { containsReservedKey, reservedKeyMessage } from "./http/reserved-keys.ts";

/** The parsed event, or its error. */
export function readEvent(input: unknown): { event: EventCreate } | { issues: z.core.$ZodIssue[] } {
  const standard = standardEvent(input);
  if (standard) return { event: standard };
  if (containsReservedKey(input))
    return { issues: [{ code: "custom", path: [], message: reservedKeyMessage, input }] };
  const parsed = EventCreate.safeParse(settled(EventCreate, input));
  return parsed.success ? { event: parsed.data } : { issues: parsed.error.issues };
}
