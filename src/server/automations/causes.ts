import { chainOf, isFiringEvent, joined } from "../../rules/chains.ts";
import type { Firing } from "../../rules/triggers.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import type { Tx } from "../../store/store.ts";
import { resourceIdOf } from "./resources.ts";

/** Most runs of one event that are examined. */
const maxRuns = 5;

interface CausesInput {
  firings: readonly Firing[];
  /** Events already loaded. */
  known: ReadonlyMap<string, ReceivedEvent>;
  /** Whether any automation creates runs; else no run was created by one. */
  makesRuns: boolean;
}

/** The events involved in firings, and the automations that caused them. */
export class Causes {
  /** Old events may have been deleted. */
  readonly events: ReadonlyMap<string, ReceivedEvent>;
  /** Chains of the flow runs that automations created. */
  readonly #runs: ReadonlyMap<string, readonly string[]>;

  private constructor(events: Causes["events"], runs: ReadonlyMap<string, readonly string[]>) {
    this.events = events;
    this.#runs = runs;
  }

  static async read(tx: Tx, { firings, known, makesRuns }: CausesInput): Promise<Causes> {
    const wanted = [...new Set(firings.flatMap(eventIdsOf))];
    const missing = wanted.filter((id) => !known.has(id));
    const read = missing.length > 0 ? await tx.events.readMany(missing) : [];
    const events = new Map([...known, ...read.map((event) => [event.id, event] as const)]);
    const about = makesRuns ? wanted.flatMap((id) => runIdsOf(events.get(id))) : [];
    const runs = about.length > 0 ? await tx.flowRuns.readMany([...new Set(about)]) : [];
    return new Causes(events, new Map(runs.map(({ id, labels }) => [id, chainOf(labels)])));
  }

  /** The automations that caused the event an automation fires for, first to last. */
  chainOf(firing: Firing): string[] {
    return joined(
      this.#eventsOf(firing).flatMap((event) => [
        ...runIdsOf(event).map((id) => this.#runs.get(id) ?? []),
        chainOf(event.resource),
      ]),
    );
  }

  /** Whether an automation fires because of itself, or because another one has fired. */
  isAnswer(firing: Firing, automationId: string): boolean {
    return this.chainOf(firing).includes(automationId) || this.#eventsOf(firing).some(isFiringEvent);
  }

  #eventsOf(firing: Firing): ReceivedEvent[] {
    return eventIdsOf(firing).flatMap((id) => this.events.get(id) ?? []);
  }
}

const eventIdsOf = (firing: Firing): string[] => [
  ...(firing.event_id === null ? [] : [firing.event_id]),
  ...firing.firings.flatMap(eventIdsOf),
];

function runIdsOf(event: ReceivedEvent | undefined): string[] {
  if (!event) return [];
  const ids = [event.resource, ...event.related].flatMap(
    (labels) => resourceIdOf(labels, "prefect.flow-run") ?? [],
  );
  return [...new Set(ids)].slice(0, maxRuns);
}
