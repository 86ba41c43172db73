import type { Logger } from "pino";
import {
  chainEndedEvent,
  chainLabels,
  chainOf,
  counted,
  loopPausedEvent,
  type Rate,
  rateMs,
} from "../../rules/chains.ts";
import type { Automation } from "../../schema/automations.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { toMs } from "../../schema/scalars.ts";
import type { Tx } from "../../store/store.ts";
import { automationResource, eventResource } from "./firing.ts";

// Automations that trigger each other: chains end, and one that fires in a loop is paused.

/** Firing rates of automations within one transaction. */
export class Rates {
  readonly #rates: Map<string, Rate>;
  readonly #changed = new Set<string>();
  readonly #paused = new Set<string>();
  readonly #tx: Tx;
  readonly #log: Logger;

  private constructor(tx: Tx, log: Logger, rates: Map<string, Rate>) {
    this.#tx = tx;
    this.#log = log;
    this.#rates = rates;
  }

  static async read(tx: Tx, log: Logger, ids: readonly string[]): Promise<Rates> {
    return new Rates(tx, log, await tx.automationWork.rates([...new Set(ids)]));
  }

  /** Whether it may fire again; if it fires too often, it is paused. */
  async mayFire(automation: Automation, chain: readonly string[], isAnswer: boolean): Promise<boolean> {
    const { id } = automation;
    if (this.#paused.has(id)) return false;
    const { rate, isLoop } = counted(this.#rates.get(id), toMs(this.#tx.now), isAnswer);
    this.#rates.set(id, rate);
    this.#changed.add(id);
    if (!isLoop) return true;
    this.#paused.add(id);
    await this.#pause(automation, chain, rate);
    return false;
  }

  write(): void {
    for (const id of this.#changed) {
      const rate = this.#rates.get(id);
      if (rate && !this.#paused.has(id)) this.#tx.automationWork.keepRate(id, rate);
    }
  }

  async #pause(automation: Automation, chain: readonly string[], rate: Rate): Promise<void> {
    const { id, name } = automation;
    const { firings, answers } = rate;
    const seconds = rateMs / 1000;
    const message = `The automation ${name} fired ${firings} times within ${seconds} s, ${answers} of them in answer to itself or to other automations. It is paused. Narrow its trigger, then resume it.`;
    this.#log.warn({ automation: id }, message);
    this.#tx.event({
      ...{ id: newId(toMs(this.#tx.now)), occurred: this.#tx.now, event: loopPausedEvent },
      resource: { ...automationResource(automation), ...chainLabels(chain) },
      ...{ related: [], follows: null, payload: { reason: "loop", message, firings, answers, seconds } },
    });
    await this.#tx.automations.pause(id, "loop");
  }
}

/** Event: a chain ended at an automation. */
export interface ChainEnd {
  automation: Automation;
  event: ReceivedEvent;
}

/** Remembers reported ends, so that their events do not become a storm. */
export class ChainEnds {
  readonly #reported = new Map<string, number>();

  /** At most one per automation and period. */
  fresh(ends: readonly ChainEnd[], now: number): ChainEnd[] {
    const first = new Map(ends.map((end) => [end.automation.id, end]));
    return [...first.values()].filter(
      ({ automation }) => now - (this.#reported.get(automation.id) ?? 0) >= rateMs,
    );
  }

  markReported(ends: readonly ChainEnd[], now: number): void {
    for (const { automation } of ends) this.#reported.set(automation.id, now);
  }
}

export function emitChainEnd(tx: Tx, log: Logger, { automation, event }: ChainEnd): void {
  const chain = chainOf(event.resource);
  const why = chain.includes(automation.id)
    ? "it is part of that chain"
    : "the chain has reached its maximum length";
  const message = `Automation ${automation.name} did not fire: a chain of ${chain.length} automations caused the event, and ${why}.`;
  log.warn({ automation: automation.id, chain }, message);
  tx.event({
    ...{ id: newId(toMs(tx.now)), occurred: tx.now, event: chainEndedEvent, follows: null },
    resource: { ...automationResource(automation), ...chainLabels(chain) },
    related: [eventResource(event.id, "triggering-event")],
    payload: { message, chain, depth: chain.length, event: { id: event.id, event: event.event } },
  });
}
