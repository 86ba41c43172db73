import type { EventCreate } from "../schema/events.ts";
import { overdueNoun } from "./admin/overdue.ts";
import { retentionNoun } from "./admin/retention.ts";
import type { Scope } from "./engine/scope.ts";
import type { Transaction } from "./engine/transaction.ts";
import { failureNoun } from "./failures/failures.ts";
import { type Inner, inner, type Noun, type Outer, outer, type Transact } from "./noun.ts";
import { artifactNoun } from "./records/artifacts.ts";
import { automationWorkNoun } from "./records/automation-work.ts";
import { automationNoun } from "./records/automations.ts";
import { blockDocumentNoun } from "./records/block-documents.ts";
import { blockSchemaNoun } from "./records/block-schemas.ts";
import { blockTypeNoun } from "./records/block-types.ts";
import { configurationNoun } from "./records/configuration.ts";
import { eventNoun } from "./records/events.ts";
import { logNoun } from "./records/logs.ts";
import { savedSearchNoun } from "./records/saved-searches.ts";
import { variableNoun } from "./records/variables.ts";
import { viewLayoutNoun } from "./records/view-layouts.ts";
import { attemptNoun } from "./runs/attempts.ts";
import { dashboardNoun } from "./runs/dashboard.ts";
import { flowRunInputNoun } from "./runs/flow-run-inputs.ts";
import { flowRunNoun } from "./runs/flow-runs.ts";
import { flowNoun } from "./runs/flows.ts";
import { graphNoun } from "./runs/graphs.ts";
import { occupancyNoun } from "./runs/occupancy.ts";
import { selectionNoun } from "./runs/selections.ts";
import { flowRunStateNoun, taskRunStateNoun } from "./runs/states.ts";
import { taskClaimNoun } from "./runs/task-claims.ts";
import { taskRunNoun } from "./runs/task-runs.ts";
import { limitNoun } from "./work/concurrency-limits.ts";
import { deploymentNoun } from "./work/deployments.ts";
import { slotNoun } from "./work/slot-boards.ts";
import { tagLimitNoun } from "./work/tag-limits.ts";
import { workPoolNoun } from "./work/work-pools.ts";
import { workQueueNoun } from "./work/work-queues.ts";
import { workerNoun } from "./work/workers.ts";

/** The nouns of the store. A new noun is declared in its own file and listed here. */
export const nouns = {
  flows: flowNoun,
  flowRuns: flowRunNoun,
  taskRuns: taskRunNoun,
  taskClaims: taskClaimNoun,
  flowRunStates: flowRunStateNoun,
  taskRunStates: taskRunStateNoun,
  flowRunInputs: flowRunInputNoun,
  logs: logNoun,
  artifacts: artifactNoun,
  variables: variableNoun,
  deployments: deploymentNoun,
  concurrencyLimits: limitNoun,
  tagLimits: tagLimitNoun,
  slots: slotNoun,
  occupancy: occupancyNoun,
  workPools: workPoolNoun,
  workQueues: workQueueNoun,
  workers: workerNoun,
  blockTypes: blockTypeNoun,
  blockSchemas: blockSchemaNoun,
  blockDocuments: blockDocumentNoun,
  configuration: configurationNoun,
  savedSearches: savedSearchNoun,
  viewLayouts: viewLayoutNoun,
  events: eventNoun,
  dashboard: dashboardNoun,
  graphs: graphNoun,
  failures: failureNoun,
  attempts: attemptNoun,
  selections: selectionNoun,
  overdue: overdueNoun,
  retention: retentionNoun,
  automations: automationNoun,
  automationWork: automationWorkNoun,
};

type Registry = typeof nouns;
/** All nouns, available in the store and in transactions. */
export type Nouns = { [N in keyof Registry]: Outer<Registry[N]> };

/** The nouns inside one exclusive write transaction. Inside, use only these: `store.…` throws there. */
export type Tx = { [N in keyof Registry]: Inner<Registry[N]> } & {
  /** The moment the transaction began, in the shape of the wire. */
  readonly now: string;
  /** Stores an event with the transaction; listeners of `onEvents` get it after the commit. */
  event(event: EventCreate): void;
  /** Labels added to the resource of each event that the transaction stores from now on. */
  labelEvents(labels: Readonly<Record<string, string>>): void;
};

/** The nouns outside: each write is a transaction of its own. */
export const nounsOf = (reader: Scope, transact: Transact): Nouns =>
  Object.fromEntries(
    Object.entries<Noun>(nouns).map(([name, noun]) => [name, outer(noun, reader, transact)]),
  ) as Nouns;

/** The nouns inside a transaction, bound lazily: a transaction uses few of them. */
export const nounsIn = (tx: Transaction): Tx => new NounsInside(tx) as unknown as Tx;

class NounsInside {
  readonly #made = new Map<string, unknown>();
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get now(): string {
    return this.#transaction.time;
  }

  event(event: EventCreate): void {
    this.#transaction.event(event);
  }

  labelEvents(labels: Readonly<Record<string, string>>): void {
    this.#transaction.labelEvents(labels);
  }

  verbsOf(name: string, noun: Noun): unknown {
    const made = this.#made.get(name) ?? inner(noun, this.#transaction);
    this.#made.set(name, made);
    return made;
  }
}
for (const [name, noun] of Object.entries<Noun>(nouns)) {
  Object.defineProperty(NounsInside.prototype, name, {
    get(this: NounsInside) {
      return this.verbsOf(name, noun);
    },
  });
}
