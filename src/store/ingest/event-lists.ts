import { parseExact } from "../../schema/exact-json.ts";
import { standardEvent } from "../../schema/standard-event.ts";
import type { EventText, ListResult, SentEvent } from "../engine/protocol.ts";

/** Passes each event of a list to `add`, which returns false for one already stored. */
export function readList(
  { text, isTrusted }: EventText,
  add: (event: SentEvent, place: number) => boolean,
): ListResult {
  const list = listIn(text);
  if (!list) return { count: 0, known: [], unusual: null };
  const known: number[] = [];
  const unusual: number[] = [];
  for (let place = 0; place < list.length; place += 1) {
    const event = isTrusted ? (list[place] as SentEvent) : standardEvent(list[place]);
    if (!event) unusual.push(place);
    else if (!add(event, place)) known.push(place);
  }
  return { count: list.length, known, unusual };
}

function listIn(text: string): unknown[] | undefined {
  try {
    const list: unknown = parseExact(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}
