import type { EventCreate } from "./events.ts";
import { isWritten } from "./exact-json.ts";
import { isDay } from "./times.ts";

// Without zod, because the thread that writes events loads it.

type Labels = Record<string, string>;

/**
 * Validates an event in the usual form without the schema: this is the hot path of the server, and the schema takes ten times
 * as long. Undefined leaves the answer to the schema.
 */
export function standardEvent(value: unknown): EventCreate | undefined {
  if (!isObject(value)) return undefined;
  const { id, event, resource, related, payload, follows } = value;
  const occurred = standardTime(value.occurred);
  if (occurred === undefined || !isId(id) || typeof event !== "string" || event.length > 1024)
    return undefined;
  if (!isResource(resource) || !isObject(payload) || isWritten(payload)) return undefined;
  if (!Array.isArray(related) || related.length > 100 || !related.every(isRelated)) return undefined;
  if (follows !== null && follows !== undefined && !isId(follows)) return undefined;
  return { occurred, event, resource, related, payload, id, follows: follows ?? null };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isId = (value: unknown): value is string => typeof value === "string" && idPattern.test(value);

const timePattern = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}(?:\d{3})?Z$/;
function standardTime(value: unknown): string | undefined {
  if (typeof value !== "string" || !timePattern.test(value)) return undefined;
  if (!isDay(value.slice(0, 10))) return undefined;
  return value.length === 27 ? value : `${value.slice(0, 23)}000Z`;
}

function isResource(value: unknown): value is Labels {
  if (!isObject(value) || !("prefect.resource.id" in value)) return false;
  for (const key in value) if (typeof value[key] !== "string") return false;
  return true;
}
const isRelated = (value: unknown): value is Labels => isResource(value) && "prefect.resource.role" in value;
