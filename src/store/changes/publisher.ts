import type { Change, LiveNoun } from "../../schema/live.ts";
import { changesOf } from "../engine/change-groups.ts";
import type { ChangeGroup, LoggedChange } from "../engine/protocol.ts";

/** A change and the flow run it belongs to (the run itself for `flow-runs`), so that it can be scoped. */
export type ScopedChange = Change & { flow_run_id: string | null };

export interface Subscriber {
  /** Called for each change before its row is read; unwanted rows are not read. */
  wants(noun: LiveNoun, flowRunId: string | null): boolean;
  /** Committed changes in the order of `seq`, the newest one per row. Must not throw. */
  onChanges(changes: ScopedChange[]): void;
}

type RowsById = Map<string, Record<string, unknown>>;
type ReadRows = (noun: LiveNoun, ids: string[]) => Promise<RowsById>;
type Wants = Subscriber["wants"];

/** Publishes committed changes to subscribers. Rows are only read for changes that a subscriber wants. */
export class Publisher {
  readonly #readRows: ReadRows;
  readonly #subscribers = new Set<Subscriber>();
  #waiting: LoggedChange[] = [];
  #isRunning = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(readRows: ReadRows) {
    this.#readRows = readRows;
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Called right after a commit, in the order of commits. */
  publish(changes: readonly ChangeGroup[]): void {
    if (this.#subscribers.size === 0) return;
    const wanted = changes.flatMap((group) => this.#wantedOf(group));
    if (wanted.length === 0) return;
    this.#waiting = this.#waiting.concat(wanted);
    if (!this.#isRunning) this.#idle = this.#run();
  }

  /** Resolves once everything published so far has been delivered. */
  idle(): Promise<void> {
    return this.#idle;
  }

  /** Changes with their rows as they are now, the newest per row. */
  async complete(changes: readonly LoggedChange[], wants: Wants): Promise<ScopedChange[]> {
    const newest = newestPerRow(changes.filter((change) => wants(nounOf(change), change.flow_run_id)));
    const ids = new Map<LiveNoun, string[]>();
    for (const change of newest) {
      if (change.kind === "deleted") continue;
      const known = ids.get(nounOf(change));
      if (known) known.push(change.id);
      else ids.set(nounOf(change), [change.id]);
    }
    const rows = new Map<LiveNoun, RowsById>();
    for (const [noun, wanted] of ids) rows.set(noun, await this.#readRows(noun, wanted));
    return newest.flatMap((change): ScopedChange[] => {
      if (change.kind === "deleted") return [{ ...change, row: null }];
      // A row deleted since has a later change of its own.
      const row = rows.get(nounOf(change))?.get(change.id);
      return row ? [{ ...change, row }] : [];
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#waiting.length > 0) {
        const taken = this.#waiting;
        this.#waiting = [];
        const complete = await this.complete(taken, () => true);
        for (const subscriber of this.#subscribers) {
          const theirs = complete.filter((change) => subscriber.wants(nounOf(change), change.flow_run_id));
          if (theirs.length > 0) subscriber.onChanges(theirs);
        }
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** All changes of a group belong to one flow run, except those of flow runs. */
  #wantedOf(group: ChangeGroup): LoggedChange[] {
    const changes = changesOf(group);
    if (group.noun === "flow-runs") return changes.filter((change) => this.#isWanted(change));
    return this.#isWanted(group) ? changes : [];
  }

  #isWanted(change: Pick<LoggedChange, "noun" | "flow_run_id">): boolean {
    for (const subscriber of this.#subscribers) {
      if (subscriber.wants(nounOf(change), change.flow_run_id)) return true;
    }
    return false;
  }
}

// The log contains only nouns, as written by `changed` and the recorder.
const nounOf = (change: Pick<LoggedChange, "noun">) => change.noun as LiveNoun;

function newestPerRow(changes: readonly LoggedChange[]): LoggedChange[] {
  const newest = new Map<string, LoggedChange>();
  for (const change of changes) {
    const key = `${change.noun} ${change.id}`;
    const before = newest.get(key);
    newest.delete(key);
    const isNew = before?.kind === "created" && change.kind === "updated";
    newest.set(key, isNew ? { ...change, kind: "created" } : change);
  }
  return [...newest.values()];
}
