import type { EventCreate } from "../schema/events.ts";
import { overdueReads } from "./admin/overdue.ts";
import { retentionWrites } from "./admin/retention.ts";
import type { Overdue, Retention } from "./admin/upkeep-nouns.ts";
import type { Scope } from "./engine/scope.ts";
import type { Transaction } from "./engine/transaction.ts";
import type { Failures } from "./failures/failure-nouns.ts";
import { failureReads, failureWrites } from "./failures/failures.ts";
import type {
  Artifacts,
  Dashboard,
  Events,
  FlowRunInputs,
  FlowRuns,
  FlowRunsInTransaction,
  Flows,
  Graphs,
  Logs,
  ObservedStates,
  States,
  TaskRuns,
  TaskRunsInTransaction,
  Variables,
} from "./nouns.ts";
import { artifactReads, artifactWrites } from "./records/artifacts.ts";
import type { Automations, AutomationWork, AutomationWorkInTransaction } from "./records/automation-nouns.ts";
import { automationWorkReads, automationWorkWrites } from "./records/automation-work.ts";
import { automationReads, automationWrites } from "./records/automations.ts";
import { blockDocumentReads, blockDocumentWrites } from "./records/block-documents.ts";
import type {
  BlockDocuments,
  BlockSchemas,
  BlockTypes,
  Configuration,
  SavedSearches,
} from "./records/block-nouns.ts";
import { blockSchemaReads, blockSchemaWrites } from "./records/block-schemas.ts";
import { blockTypeReads, blockTypeWrites } from "./records/block-types.ts";
import { configurationReads, configurationWrites } from "./records/configuration.ts";
import { eventReads } from "./records/events.ts";
import { logReads, logWrites } from "./records/logs.ts";
import { savedSearchReads, savedSearchWrites } from "./records/saved-searches.ts";
import { variableReads, variableWrites } from "./records/variables.ts";
import type { Attempts } from "./runs/attempt-nouns.ts";
import { attemptReads } from "./runs/attempts.ts";
import { dashboardReads } from "./runs/dashboard.ts";
import { flowRunInputReads, flowRunInputWrites } from "./runs/flow-run-inputs.ts";
import { flowRunReads, flowRunWrites } from "./runs/flow-runs.ts";
import { flowReads, flowWrites } from "./runs/flows.ts";
import { graphReads } from "./runs/graphs.ts";
import type { Selections, SelectionsInTransaction } from "./runs/selection-nouns.ts";
import { selectionReads, selectionWrites } from "./runs/selections.ts";
import { flowRunStateReads, taskRunStateReads } from "./runs/states.ts";
import type { TaskClaims } from "./runs/task-claims.ts";
import { taskClaimWrites } from "./runs/task-claims.ts";
import { taskRunReads, taskRunWrites } from "./runs/task-runs.ts";
import { limitReads, limitWrites } from "./work/concurrency-limits.ts";
import type { Deployments } from "./work/deployment-verbs.ts";
import { deploymentReads, deploymentWrites } from "./work/deployments.ts";
import type { ConcurrencyLimits, Slots, TagLimits } from "./work/limits.ts";
import { lonelyQueueWrites } from "./work/queue-choice.ts";
import { slotReads, slotWrites } from "./work/slot-boards.ts";
import { tagLimitReads, tagLimitWrites } from "./work/tag-limits.ts";
import type { Workers, WorkPools, WorkQueues } from "./work/work-nouns.ts";
import { workPoolReads, workPoolWrites } from "./work/work-pools.ts";
import { workQueueReads, workQueueWrites } from "./work/work-queues.ts";
import { workerReads, workerWrites } from "./work/workers.ts";

/** All nouns, as the store and a transaction both have them. */
export interface Nouns {
  flows: Flows;
  flowRuns: FlowRuns;
  taskRuns: TaskRuns;
  taskClaims: TaskClaims;
  flowRunStates: States & ObservedStates;
  taskRunStates: States;
  flowRunInputs: FlowRunInputs;
  logs: Logs;
  artifacts: Artifacts;
  variables: Variables;
  deployments: Deployments;
  concurrencyLimits: ConcurrencyLimits;
  tagLimits: TagLimits;
  slots: Slots;
  workPools: WorkPools;
  workQueues: WorkQueues;
  workers: Workers;
  blockTypes: BlockTypes;
  blockSchemas: BlockSchemas;
  blockDocuments: BlockDocuments;
  configuration: Configuration;
  savedSearches: SavedSearches;
  events: Events;
  dashboard: Dashboard;
  graphs: Graphs;
  failures: Failures;
  attempts: Attempts;
  selections: Selections;
  overdue: Overdue;
  retention: Retention;
  automations: Automations;
  automationWork: AutomationWork;
}

/** The nouns inside one exclusive write transaction. Inside, use only these: `store.…` throws there. */
export interface Tx extends Nouns {
  flowRuns: FlowRunsInTransaction;
  taskRuns: TaskRunsInTransaction;
  selections: SelectionsInTransaction;
  automationWork: AutomationWorkInTransaction;
  /** The moment the transaction began, in the shape of the wire. */
  readonly now: string;
  /** Stores an event with the transaction; told to `onEvents` once committed. */
  event(event: EventCreate): void;
  /** Labels for the resource of each event that the transaction stores from now on, whoever tells it. */
  labelEvents(labels: Readonly<Record<string, string>>): void;
}

// The nouns put together from their halves: reads go straight to the reader, writes through a transaction.

const inTransaction: { [Noun in keyof Tx]: (tx: Transaction) => Tx[Noun] } = {
  flows: (tx) => ({ ...flowReads(tx), ...flowWrites(tx) }),
  flowRuns: (tx) => ({ ...flowRunReads(tx), ...flowRunWrites(tx) }),
  taskRuns: (tx) => ({ ...taskRunReads(tx), ...taskRunWrites(tx) }),
  taskClaims: taskClaimWrites,
  flowRunStates: flowRunStateReads,
  taskRunStates: taskRunStateReads,
  flowRunInputs: (tx) => ({ ...flowRunInputReads(tx), ...flowRunInputWrites(tx) }),
  logs: (tx) => ({ ...logReads(tx), ...logWrites(tx) }),
  artifacts: (tx) => ({ ...artifactReads(tx), ...artifactWrites(tx) }),
  variables: (tx) => ({ ...variableReads(tx), ...variableWrites(tx) }),
  deployments: (tx) => ({ ...deploymentReads(tx), ...deploymentWrites(tx) }),
  concurrencyLimits: (tx) => ({ ...limitReads(tx), ...limitWrites(tx) }),
  tagLimits: (tx) => ({ ...tagLimitReads(tx), ...tagLimitWrites(tx) }),
  slots: (tx) => ({ ...slotReads(tx), ...slotWrites(tx) }),
  workPools: (tx) => ({ ...workPoolReads(tx), ...workPoolWrites(tx) }),
  workQueues: (tx) => ({ ...workQueueReads(tx), ...workQueueWrites(tx), ...lonelyQueueWrites(tx) }),
  workers: (tx) => ({ ...workerReads(tx), ...workerWrites(tx) }),
  blockTypes: (tx) => ({ ...blockTypeReads(tx), ...blockTypeWrites(tx) }),
  blockSchemas: (tx) => ({ ...blockSchemaReads(tx), ...blockSchemaWrites(tx) }),
  blockDocuments: (tx) => ({ ...blockDocumentReads(tx), ...blockDocumentWrites(tx) }),
  configuration: (tx) => ({ ...configurationReads(tx), ...configurationWrites(tx) }),
  savedSearches: (tx) => ({ ...savedSearchReads(tx), ...savedSearchWrites(tx) }),
  events: eventReads,
  dashboard: dashboardReads,
  graphs: graphReads,
  failures: (tx) => ({ ...failureReads(tx), ...failureWrites(tx) }),
  attempts: attemptReads,
  selections: (tx) => ({ ...selectionReads(tx), ...selectionWrites(tx) }),
  overdue: overdueReads,
  retention: retentionWrites,
  automations: (tx) => ({ ...automationReads(tx), ...automationWrites(tx) }),
  automationWork: (tx) => ({ ...automationWorkReads(tx), ...automationWorkWrites(tx) }),
  now: (tx) => tx.time,
  event: (tx) => (event) => tx.event(event),
  labelEvents: (tx) => (labels) => tx.labelEvents(labels),
};

/** A transaction needs few of them: each is put together when it is first asked for. */
class NounsInside {
  readonly made: Partial<Record<keyof Tx, unknown>> = {};
  readonly transaction: Transaction;

  constructor(transaction: Transaction) {
    this.transaction = transaction;
  }
}
for (const noun of Object.keys(inTransaction) as (keyof Tx)[]) {
  const get = function (this: NounsInside) {
    this.made[noun] ??= inTransaction[noun](this.transaction);
    return this.made[noun];
  };
  Object.defineProperty(NounsInside.prototype, noun, { get });
}

/** The nouns inside a transaction. */
export const nounsIn = (tx: Transaction): Tx => new NounsInside(tx) as unknown as Tx;

type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** The nouns outside: each write is a transaction of its own. */
export const nounsOf = (reader: Scope, transact: Transact): Nouns => ({
  flows: { ...flowReads(reader), ...lifted(transact, "flows", ["create", "update", "delete"]) },
  flowRuns: {
    ...flowRunReads(reader),
    ...lifted(transact, "flowRuns", ["create", "update", "updateLabels", "delete"]),
  },
  taskRuns: { ...taskRunReads(reader), ...lifted(transact, "taskRuns", ["create", "update", "delete"]) },
  taskClaims: lifted(transact, "taskClaims", ["take", "drop", "keep", "leave"]),
  flowRunStates: flowRunStateReads(reader),
  taskRunStates: taskRunStateReads(reader),
  flowRunInputs: { ...flowRunInputReads(reader), ...lifted(transact, "flowRunInputs", ["create", "delete"]) },
  logs: { ...logReads(reader), ...lifted(transact, "logs", ["create"]) },
  artifacts: { ...artifactReads(reader), ...lifted(transact, "artifacts", ["create", "update", "delete"]) },
  variables: {
    ...variableReads(reader),
    ...lifted(transact, "variables", ["create", "update", "updateByName", "delete", "deleteByName"]),
  },
  deployments: {
    ...deploymentReads(reader),
    ...lifted(transact, "deployments", ["create", "update", "delete"]),
    ...lifted(transact, "deployments", ["createSchedules", "updateSchedule", "deleteSchedule"]),
    ...lifted(transact, "deployments", ["markPolled", "markUnpolled", "scheduleRuns"]),
  },
  concurrencyLimits: {
    ...limitReads(reader),
    ...lifted(transact, "concurrencyLimits", ["create", "upsert", "update", "delete", "acquire", "release"]),
    ...lifted(transact, "concurrencyLimits", ["acquireLease", "releaseLease", "renewLease"]),
    ...lifted(transact, "concurrencyLimits", ["forgetLease", "expireLeases", "countDenied"]),
  },
  tagLimits: {
    ...tagLimitReads(reader),
    ...lifted(transact, "tagLimits", ["create", "reset", "delete", "deleteByTag", "acquire", "release"]),
  },
  slots: { ...slotReads(reader), ...lifted(transact, "slots", ["release"]) },
  workPools: {
    ...workPoolReads(reader),
    ...lifted(transact, "workPools", ["create", "update", "delete", "markUnready"]),
  },
  workQueues: {
    ...workQueueReads(reader),
    ...lifted(transact, "workQueues", ["create", "createLonely", "update", "delete"]),
    ...lifted(transact, "workQueues", ["polled", "markUnready"]),
  },
  workers: { ...workerReads(reader), ...lifted(transact, "workers", ["heartbeat", "delete", "markOffline"]) },
  blockTypes: {
    ...blockTypeReads(reader),
    ...lifted(transact, "blockTypes", ["create", "seed", "update", "delete"]),
  },
  blockSchemas: { ...blockSchemaReads(reader), ...lifted(transact, "blockSchemas", ["create", "delete"]) },
  blockDocuments: {
    ...blockDocumentReads(reader),
    ...lifted(transact, "blockDocuments", ["create", "update", "delete", "replaceSecrets"]),
  },
  configuration: {
    ...configurationReads(reader),
    ...lifted(transact, "configuration", ["hold", "write", "writeOnce", "delete"]),
  },
  savedSearches: { ...savedSearchReads(reader), ...lifted(transact, "savedSearches", ["put", "delete"]) },
  events: eventReads(reader),
  dashboard: dashboardReads(reader),
  graphs: graphReads(reader),
  failures: { ...failureReads(reader), ...lifted(transact, "failures", ["update", "file", "withdraw"]) },
  attempts: attemptReads(reader),
  selections: { ...selectionReads(reader), ...lifted(transact, "selections", ["create"]) },
  overdue: overdueReads(reader),
  retention: lifted(transact, "retention", [
    ...(["dropEvents", "dropLogs", "dropFlowRuns"] as const),
    ...(["dropTaskRuns", "dropArtifacts", "dropWorkers", "dropCached"] as const),
  ]),
  ...automationNouns(reader, transact),
});

const automationNouns = (
  reader: Scope,
  transact: Transact,
): Pick<Nouns, "automations" | "automationWork"> => ({
  automations: {
    ...automationReads(reader),
    ...lifted(transact, "automations", ["create", "update", "setEnabled", "pause", "delete", "deleteOwned"]),
  },
  automationWork: automationWorkReads(reader),
});

type Verb = (...input: unknown[]) => Promise<unknown>;

/** The same verbs, each in a transaction of its own. */
function lifted<N extends keyof Nouns, V extends keyof Nouns[N]>(
  transact: Transact,
  noun: N,
  verbs: readonly V[],
): Pick<Nouns[N], V> {
  const entries = verbs.map((verb) => [
    verb,
    (...input: unknown[]) => transact((tx) => (tx[noun][verb] as Verb)(...input)),
  ]);
  return Object.fromEntries(entries) as Pick<Nouns[N], V>;
}
