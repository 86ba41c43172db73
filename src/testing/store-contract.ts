import { describe } from "vitest";
import { automationContract } from "./store-contract-automations.ts";
import {
  blockDeletionContract,
  blockDocumentContract,
  blockTypeContract,
  configurationContract,
} from "./store-contract-blocks.ts";
import { artifactContract, logContract, variableContract } from "./store-contract-content.ts";
import { deploymentContract } from "./store-contract-deployments.ts";
import { eventContract } from "./store-contract-events.ts";
import { failureContract } from "./store-contract-failures.ts";
import {
  durationContract,
  filterContract,
  subflowFilterContract,
  taskFilterContract,
} from "./store-contract-filters.ts";
import { graphContract } from "./store-contract-graphs.ts";
import { ingestContract } from "./store-contract-ingest.ts";
import { limitContract } from "./store-contract-limits.ts";
import { moveContract } from "./store-contract-moves.ts";
import { pageContract } from "./store-contract-pages.ts";
import { retentionContract } from "./store-contract-retention.ts";
import { dashboardContract, flowContract, flowRunContract, taskRunContract } from "./store-contract-runs.ts";
import { selectionContract } from "./store-contract-selections.ts";
import { tallyContract } from "./store-contract-tallies.ts";
import { changeContract, transactionContract } from "./store-contract-transactions.ts";
import { workContract } from "./store-contract-work.ts";
import type { OpenStore } from "./store-fixture.ts";

/** What every store must do, whatever database is below it. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe("flows", () => flowContract(open));
    describe("flow runs", () => flowRunContract(open));
    describe("task runs", () => taskRunContract(open));
    describe("filters of flow runs", () => filterContract(open));
    describe("pages of flow runs", () => pageContract(open));
    describe("filters of task runs", () => taskFilterContract(open));
    describe("durations of task runs", () => durationContract(open));
    describe("filters of child runs", () => subflowFilterContract(open));
    describe("aggregations", () => dashboardContract(open));
    describe("tallies", () => tallyContract(open));
    describe("transactions", () => transactionContract(open));
    describe("flow runs that are moved", () => moveContract(open));
    describe("changes", () => changeContract(open));
    describe("ingest", () => ingestContract(open));
    describe("logs", () => logContract(open));
    describe("artifacts", () => artifactContract(open));
    describe("variables and inputs", () => variableContract(open));
    describe("deployments", () => deploymentContract(open));
    describe("concurrency limits", () => limitContract(open));
    describe("work pools, queues and workers", () => workContract(open));
    describe("types and schemas of blocks", () => blockTypeContract(open));
    describe("block documents", () => blockDocumentContract(open));
    describe("what is left of blocks", () => blockDeletionContract(open));
    describe("configuration and saved searches", () => configurationContract(open));
    describe("events", () => eventContract(open));
    describe("retention", () => retentionContract(open));
    describe("failures", () => failureContract(open));
    describe("selections", () => selectionContract(open));
    describe("graphs", () => graphContract(open));
    describe("automations", () => automationContract(open));
  });
}
