import type { Logger } from "pino";
import { chainOf, isFiringEvent } from "../../rules/chains.ts";
import { type Hit, type Leaf, type Watch, watchOver } from "../../rules/trigger-matching.ts";
import { bucketId, bucketIdsOf, type Firing, type Outcome, onEvent, onTime } from "../../rules/triggers.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { EnabledAutomation, NumberedEvent, StoredBucket } from "../../store/records/automation-rows.ts";
import type { Store, Tx } from "../../store/store.ts";
import { BucketBook } from "./buckets.ts";
import { Causes } from "./causes.ts";
import { fire } from "./firing.ts";
import { type ChainEnd, ChainEnds, emitChainEnd, Rates } from "./loops.ts";

// Events are evaluated in storage order, each once, by any server: the position,
// the counts and the firings are written in one transaction.

/** Events read, and positions skipped, per batch. */
const maxEvents = 500;
const maxPositions = 20_000;
/** How far to read ahead before the position is stored without a match. */
const maxUnwritten = 10_000;
const maxWindows = 200;
/** Events that come this late still count in the window in which they occurred. */
const lateMs = 2000;
/** Delay in which arriving events are collected. */
const calmMs = 20;

interface TriggerSet {
  revision: number;
  watch: Watch;
  automations: ReadonlyMap<string, EnabledAutomation>;
  /** No automation needs events stored before this. */
  heardFrom: number;
  /** Whether some of them create runs. */
  makesRuns: boolean;
}

interface MatchedEvent extends NumberedEvent {
  hits: Hit[];
}

interface Fired {
  automation_id: string;
  firing: Firing;
}

export interface TriggersOptions {
  store: Store;
  now: () => number;
  log: Logger;
  /** Called when actions are pending. */
  onFired: () => void;
}

/** Evaluates the triggers of all automations. */
export class Triggers {
  readonly #options: TriggersOptions;
  readonly #chainEnds = new ChainEnds();
  #known: TriggerSet | undefined;
  /** Up to here no event matches the known automations. */
  #passed = 0;
  #hasNews = false;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: TriggersOptions) {
    this.#options = options;
  }

  /** Evaluates stored events and ended windows, sequentially. */
  evaluate(): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(() => this.#evaluate());
    return this.#last;
  }

  /** Evaluates as soon as a relevant event arrives. */
  watch(): () => Promise<void> {
    const { store } = this.#options;
    const stops = [
      store.onEvents(
        () => this.#wake(),
        () => this.#wantedNames(),
      ),
      store.subscribe({ wants: (noun) => noun === "automations", onChanges: () => this.#wake() }),
    ];
    return async () => {
      for (const stop of stops) stop();
      clearTimeout(this.#timer);
      await this.#last.catch(() => undefined);
    };
  }

  /** While a pass is due, or without triggers, notifications cost nothing. */
  #wantedNames(): readonly string[] | undefined {
    if (this.#hasNews || !this.#known) return [];
    const { names, prefixes, resources, isAll } = this.#known.watch.interest;
    return isAll || resources.length > 0 ? undefined : [...names, ...prefixes];
  }

  #wake(): void {
    if (this.#hasNews) return;
    this.#hasNews = true;
    this.#timer = setTimeout(() => {
      this.evaluate().catch((err: unknown) =>
        this.#options.log.error({ err }, "triggers could not be looked at; it is tried again"),
      );
    }, calmMs).unref();
  }

  async #evaluate(): Promise<void> {
    while (!(await this.#lookOnce()));
    while (!(await this.#closeWindows()));
  }

  /** Returns whether all events were evaluated. */
  async #lookOnce(): Promise<boolean> {
    this.#hasNews = false;
    const work = this.#options.store.automationWork;
    const { seq, revision, last } = await work.progress();
    const known = await this.#knownOf(revision);
    if (known.automations.size === 0) return true;
    const from = Math.max(seq, known.heardFrom, this.#passed);
    if (from >= last) return true;
    const until = Math.min(last, from + maxPositions);
    const events = await work.events({ after: from, until, limit: maxEvents, ...known.watch.interest });
    const end = events.length === maxEvents ? (events.at(-1)?.seq ?? until) : until;
    const concerned = events.flatMap((event) => concernedBy(known, event));
    const ends = this.#chainEnds.fresh(
      events.flatMap((event) => endsAt(known, event)),
      this.#options.now(),
    );
    if (concerned.length + ends.length > 0 || end - seq > maxUnwritten) {
      await this.#write({ known, from, end, concerned, ends });
    } else this.#passed = end;
    return end >= last;
  }

  async #knownOf(revision: number): Promise<TriggerSet> {
    if (this.#known?.revision === revision) return this.#known;
    const enabled = await this.#options.store.automationWork.enabled();
    const received = enabled.map(({ heard_from }) => heard_from);
    this.#known = {
      revision,
      watch: watchOver(enabled.map(({ id, trigger }) => ({ automation_id: id, trigger }))),
      automations: new Map(enabled.map((automation) => [automation.id, automation])),
      heardFrom: Math.min(...received),
      makesRuns: enabled.some(({ actions, actions_on_trigger }) =>
        [...actions, ...actions_on_trigger].some(({ type }) => type === "run-deployment"),
      ),
    };
    this.#passed = 0;
    return this.#known;
  }

  /** Counts the hits, unless another server has done so or the automations have changed. */
  async #write({ known, from, end, concerned, ends }: PendingWrite): Promise<void> {
    const { store, log, now } = this.#options;
    const fired = await store.transaction(async (tx) => {
      const { seq, revision } = await tx.automationWork.progress();
      if (revision !== known.revision || seq > from) return 0;
      tx.automationWork.moveTo(end);
      const book = await BucketBook.open(
        tx,
        concerned.flatMap(({ hits }) => hits.flatMap(bucketIdsOf)),
      );
      const firings: Fired[] = [];
      for (const { event, hits } of concerned) {
        for (const hit of hits) note(book, firings, hit.leaf, onEvent(hit, event, book.buckets));
      }
      book.write(tx);
      for (const chainEnd of ends) emitChainEnd(tx, log, chainEnd);
      const events = new Map(concerned.map(({ event }) => [event.id, event]));
      await fireAll(tx, { known, firings, events, log });
      return firings.length;
    });
    this.#chainEnds.markReported(ends, now());
    if (fired > 0) this.#options.onFired();
  }

  /** Returns whether nothing is left: no window has ended, or another server is evaluating. */
  async #closeWindows(): Promise<boolean> {
    const { store, now, onFired, log } = this.#options;
    const time = now() - lateMs;
    const known = this.#known;
    if (!known || known.automations.size === 0) return true;
    if ((await store.automationWork.dueBuckets(timestamp(time), 1)).length === 0) return true;
    const fired = await store.transaction((tx) => closeSome(tx, { known, time, log }));
    if (fired) onFired();
    return fired === undefined;
  }
}

interface PendingWrite {
  known: TriggerSet;
  from: number;
  end: number;
  concerned: MatchedEvent[];
  ends: readonly ChainEnd[];
}

/** The triggers that an event matches, of automations that existed when it was stored. */
function concernedBy({ watch, automations }: TriggerSet, numbered: NumberedEvent): MatchedEvent[] {
  const hits = watch
    .hits(numbered.event)
    .filter(({ leaf }) => numbered.seq > (automations.get(leaf.automation_id)?.heard_from ?? 0));
  return hits.length > 0 ? [{ ...numbered, hits }] : [];
}

/** The automations at which the chain of the event ends. */
function endsAt({ watch, automations }: TriggerSet, { event, seq }: NumberedEvent): ChainEnd[] {
  // Most chains have length one: a firing that no automation answers.
  if (!isFiringEvent(event) || chainOf(event.resource).length < 2) return [];
  return watch.ended(event).flatMap((id) => {
    const automation = automations.get(id);
    return automation && seq > automation.heard_from ? [{ automation, event }] : [];
  });
}

interface Closing {
  known: TriggerSet;
  time: number;
  log: Logger;
}

/** Returns how many automations fired; undefined when the enabled automations have changed. */
async function closeSome(tx: Tx, { known, time, log }: Closing): Promise<number | undefined> {
  const { revision } = await tx.automationWork.progress();
  if (revision !== known.revision) return undefined;
  const due = await tx.automationWork.dueBuckets(timestamp(time), maxWindows);
  const leafOf = ({ trigger_id }: StoredBucket) => known.watch.leaves.get(trigger_id);
  const parents = due.flatMap((bucket) => leafOf(bucket)?.parents.map(({ id }) => bucketId(id)) ?? []);
  const book = await BucketBook.open(tx, [...due.map(({ id }) => id), ...parents]);
  const firings: Fired[] = [];
  for (const stored of due) {
    const leaf = leafOf(stored);
    const bucket = book.buckets.get(stored.id);
    if (leaf && bucket?.kind === "count") {
      note(book, firings, leaf, onTime(leaf, bucket, time, book.buckets));
    } else book.change(stored.id, { ...stored, bucket: undefined });
  }
  book.write(tx);
  await fireAll(tx, { known, firings, events: new Map(), log });
  return firings.length;
}

function note(book: BucketBook, firings: Fired[], leaf: Leaf, { changes, fired }: Outcome): void {
  const { automation_id } = leaf;
  for (const [id, bucket] of changes) {
    book.change(id, { automation_id, trigger_id: id.split(" ")[0] ?? id, bucket });
  }
  if (fired) firings.push({ automation_id, firing: fired });
}

interface FiredBatch {
  known: TriggerSet;
  firings: readonly Fired[];
  /** Events already loaded. */
  events: ReadonlyMap<string, ReceivedEvent>;
  log: Logger;
}

async function fireAll(tx: Tx, { known, firings, events, log }: FiredBatch): Promise<void> {
  if (firings.length === 0) return;
  const { automations, makesRuns } = known;
  const input = { firings: firings.map(({ firing }) => firing), known: events, makesRuns };
  const causes = await Causes.read(tx, input);
  const ids = firings.map(({ automation_id }) => automation_id);
  const rates = await Rates.read(tx, log, ids);
  for (const { automation_id: id, firing } of firings) {
    const automation = automations.get(id);
    if (!automation) continue;
    const chain = causes.chainOf(firing);
    const isAnswer = causes.isAnswer(firing, id);
    if (await rates.mayFire(automation, chain, isAnswer)) {
      fire(tx, automation, { firing, chain, events: causes.events });
    }
  }
  rates.write();
}
