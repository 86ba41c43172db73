import { describe } from "vitest";
import type { OpenStore } from "../../testing/store-fixture.ts";
import { automationContract } from "./automations.ts";
import {
  blockDeletionContract,
  blockDocumentContract,
  blockTypeContract,
  configurationContract,
} from "./blocks.ts";
import { artifactContract, logContract, variableContract } from "./content.ts";
import { deploymentContract } from "./deployments.ts";
import { eventContract } from "./events.ts";
import { failureContract } from "./failures.ts";
import { durationContract, filterContract, subflowFilterContract, taskFilterContract } from "./filters.ts";
import { graphContract } from "./graphs.ts";
import { ingestContract } from "./ingest.ts";
import { limitContract } from "./limits.ts";
import { loadContract } from "./loads.ts";
import { moveContract } from "./moves.ts";
import { ownFilterContract } from "./own-filters.ts";
import { pageContract } from "./pages.ts";
import { retentionContract } from "./retention.ts";
import { rollupContract } from "./rollups.ts";
import { runGroupContract } from "./run-groups.ts";
import { dashboardContract, flowContract, flowRunContract, taskRunContract } from "./runs.ts";
import { selectionContract } from "./selections.ts";
import { changeContract, transactionContract } from "./transactions.ts";
import { workContract } from "./work.ts";

/** The contract of every store, on any database. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe("flows", () => flowContract(open));
    describe("flow runs", () => flowRunContract(open));
    describe("task runs", () => taskRunContract(open));
    describe("filters of flow runs", () => filterContract(open));
    describe("pages of flow runs", () => pageContract(open));
    describe("filters of our own", () => ownFilterContract(open));
    describe("groups of runs", () => runGroupContract(open));
    describe("filters of task runs", () => taskFilterContract(open));
    describe("durations of task runs", () => durationContract(open));
    describe("filters of child runs", () => subflowFilterContract(open));
    describe("aggregations", () => dashboardContract(open));
    describe("loads of flow runs", () => loadContract(open));
    describe("rollups", () => rollupContract(open));
    describe("transactions", () => transactionContract(open));
    describe("transitions of flow runs", () => moveContract(open));
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
    describe("deletion of blocks", () => blockDeletionContract(open));
    describe("configuration and saved searches", () => configurationContract(open));
    describe("events", () => eventContract(open));
    describe("retention", () => retentionContract(open));
    describe("failures", () => failureContract(open));
    describe("selections", () => selectionContract(open));
    describe("graphs", () => graphContract(open));
    describe("automations", () => automationContract(open));
  });
}
