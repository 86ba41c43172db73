import type { ReceivedEvent } from "../../../schema/events.ts";
import { firedEvent } from "../use-firings.ts";

// The delivery log: what events about an automation tell of its firings and of what its actions came to.

export const testEvent = "praetor.automation.tested";
const loopEvents = ["praetor.automation.paused", "praetor.automation.chain-ended"];

/** Names of events that the log is made of. */
export const deliveryEvents = [
  firedEvent,
  ...loopEvents,
  testEvent,
  "prefect.automation.action.executed",
  "prefect.automation.action.failed",
];

/** How an action ended. */
export interface Outcome {
  id: string;
  at: string;
  index: number;
  type: string;
  /** Why it failed; null when it was performed. */
  reason: string | null;
  status: number | null;
  related: ReceivedEvent["related"];
}

/** The event that an automation fired for, as far as it is known. */
export type Cause = Pick<ReceivedEvent, "id"> & Partial<ReceivedEvent>;

export interface Delivery {
  id: string;
  at: string;
  kind: "fired" | "tested" | "chain-ended" | "loop";
  event: Cause | null;
  /** The address from which it was tested. */
  by: string | null;
  /** How many actions were to be performed, where that is told. */
  actions: number | null;
  outcomes: readonly Outcome[];
}

/** The firings of an automation, newest first, with the outcomes of their actions. */
export function deliveriesOf(events: readonly ReceivedEvent[]): Delivery[] {
  const outcomes = Map.groupBy(events.filter(isOutcome), firingOf);
  return events
    .filter((event) => !isOutcome(event))
    .map((event) => ({
      ...{ id: event.id, at: event.occurred, kind: kindOf(event) },
      event: causeOf(event),
      by: textOf(Object(event.payload.by).address),
      actions: typeof event.payload.actions === "number" ? event.payload.actions : null,
      outcomes: (outcomes.get(event.id) ?? []).map(outcomeOf).toSorted((a, b) => a.index - b.index),
    }));
}

const isOutcome = ({ event }: ReceivedEvent) => event.startsWith("prefect.automation.action.");

function kindOf({ event }: ReceivedEvent): Delivery["kind"] {
  if (event === testEvent) return "tested";
  if (event === "praetor.automation.paused") return "loop";
  return event === firedEvent ? "fired" : "chain-ended";
}

const relatedIn = ({ related }: ReceivedEvent, role: string): string =>
  related.find((one) => one["prefect.resource.role"] === role)?.["prefect.resource.id"] ?? "";
const firingOf = (event: ReceivedEvent): string =>
  relatedIn(event, "automation-triggered-event").replace("prefect.event.", "");

function causeOf(event: ReceivedEvent): Cause | null {
  const { triggering_event: told } = event.payload;
  if (isCause(told)) return told;
  const id = relatedIn(event, "triggering-event").replace("prefect.event.", "");
  return id === "" ? null : { id };
}
const isCause = (value: unknown): value is Cause =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

function outcomeOf({ id, event, occurred, payload, related }: ReceivedEvent): Outcome {
  const failed = event.endsWith(".failed");
  return {
    ...{ id, at: occurred, related },
    index: Number(payload.action_index ?? 0),
    type: textOf(payload.action_type) ?? "action",
    reason: failed ? (textOf(payload.reason) ?? "No reason was given") : null,
    status: typeof payload.status_code === "number" ? payload.status_code : null,
  };
}
