import { setTimeout as sleep } from "node:timers/promises";
import { timestamp } from "../../schema/scalars.ts";
import type { Settings } from "../../schema/settings.ts";
import type { EventKind } from "../../store/admin/retention.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";

type Days = Pick<
  Settings,
  "eventRetentionDays" | "auditRetentionDays" | "logRetentionDays" | "runRetentionDays"
>;

interface RetentionOptions {
  store: Pick<Store, "retention">;
  days: Days;
  now: () => number;
}

const dayMs = 86_400_000;
/** A worker in a container has a new name each time it starts: old names are never used again. */
const workerDays = 30;
/** Rows deleted in one transaction: some ten milliseconds of the writer. */
const limit = 500;

/** Deletes rows past their retention, in portions. */
export class Retention {
  readonly #options: RetentionOptions;
  /** Up to here events of a kind have been deleted, so that those which stay are not looked at again. */
  readonly #since = new Map<EventKind, string>();
  #sinceUntil = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  async run(signal?: AbortSignal): Promise<void> {
    const { eventRetentionDays, auditRetentionDays, logRetentionDays, runRetentionDays } = this.#options.days;
    const { retention } = this.#options.store;
    this.#forgetDaily();
    const ago = (days: number) => timestamp(this.#options.now() - days * dayMs);
    const runsBefore = runRetentionDays === undefined ? undefined : ago(runRetentionDays);
    const logsBefore = logRetentionDays === undefined ? undefined : ago(logRetentionDays);
    const steps: (() => Promise<number>)[] = [
      () => this.#dropEvents("heartbeat", ago(1)),
      () => this.#dropEvents("resource", ago(eventRetentionDays)),
      () => this.#dropEvents("audit", ago(auditRetentionDays)),
      ...(logsBefore ? [() => retention.dropLogs({ before: logsBefore, limit })] : []),
      ...(runsBefore ? [() => retention.dropFlowRuns({ before: runsBefore, limit })] : []),
      ...(runsBefore ? [() => retention.dropTaskRuns({ before: runsBefore, limit })] : []),
      () => retention.dropArtifacts({ before: ago(1), limit }),
      () => retention.dropWorkers({ before: ago(workerDays), limit }),
      () => retention.dropCached({ now: ago(0), limit }),
    ];
    await forEachSettled(steps, (step) => inPortions(step, signal));
  }

  async #dropEvents(kind: EventKind, before: string): Promise<number> {
    const since = this.#since.get(kind) ?? "";
    const { dropped, last } = await this.#options.store.retention.dropEvents({ kind, since, before, limit });
    this.#since.set(kind, dropped < limit ? before : (last ?? since));
    return dropped;
  }

  /** What came late lies before what was deleted. */
  #forgetDaily(): void {
    if (this.#options.now() < this.#sinceUntil) return;
    this.#since.clear();
    this.#sinceUntil = this.#options.now() + dayMs;
  }
}

/** Between two portions the writer is left to others for as long as the portion took. */
async function inPortions(drop: () => Promise<number>, signal: AbortSignal | undefined): Promise<void> {
  while (!signal?.aborted) {
    const began = performance.now();
    if ((await drop()) < limit) return;
    await sleep(performance.now() - began);
  }
}
