import * as firstPostgres from "../postgres-migrations/0001-first.ts";
import * as deploymentsPostgres from "../postgres-migrations/0002-deployments.ts";
import * as blocksPostgres from "../postgres-migrations/0003-blocks.ts";
import * as automationsPostgres from "../postgres-migrations/0004-automations.ts";
import * as talliesPostgres from "../postgres-migrations/0005-tallies.ts";
import * as extrasPostgres from "../postgres-migrations/0006-extras.ts";
import * as servicesPostgres from "../postgres-migrations/0007-services.ts";
import * as replicasPostgres from "../postgres-migrations/0009-replicas.ts";
import * as runPagesPostgres from "../postgres-migrations/0010-run-pages.ts";
import * as earlyRunsPostgres from "../postgres-migrations/0011-early-runs.ts";
import * as attemptTokensPostgres from "../postgres-migrations/0012-attempt-tokens.ts";
import * as automationLoopsPostgres from "../postgres-migrations/0013-automation-loops.ts";
import * as selectedStatesPostgres from "../postgres-migrations/0014-selected-states.ts";
import * as ruleStartsPostgres from "../postgres-migrations/0015-rule-starts.ts";
import * as runListsPostgres from "../postgres-migrations/0016-run-lists.ts";
import * as viewLayoutsPostgres from "../postgres-migrations/0017-view-layouts.ts";
import * as ignoredUntilPostgres from "../postgres-migrations/0018-ignored-until.ts";
import * as occupancyPostgres from "../postgres-migrations/0020-occupancy.ts";
import * as schedulePausesPostgres from "../postgres-migrations/0022-schedule-pauses.ts";
import * as first from "./0001-first.ts";
import * as deployments from "./0002-deployments.ts";
import * as blocks from "./0003-blocks.ts";
import * as automations from "./0004-automations.ts";
import * as tallies from "./0005-tallies.ts";
import * as extras from "./0006-extras.ts";
import * as services from "./0007-services.ts";
import * as replicas from "./0009-replicas.ts";
import * as runPages from "./0010-run-pages.ts";
import * as earlyRuns from "./0011-early-runs.ts";
import * as attemptTokens from "./0012-attempt-tokens.ts";
import * as automationLoops from "./0013-automation-loops.ts";
import * as selectedStates from "./0014-selected-states.ts";
import * as ruleStarts from "./0015-rule-starts.ts";
import * as runLists from "./0016-run-lists.ts";
import * as viewLayouts from "./0017-view-layouts.ts";
import * as ignoredUntil from "./0018-ignored-until.ts";
import * as occupancy from "./0020-occupancy.ts";
import * as schedulePauses from "./0022-schedule-pauses.ts";

/** The SQL that makes a change of the tables, and the SQL that takes it back. */
export interface Script {
  up: string;
  down: string;
}

/** A change of the tables, written out for each database. The checksum in the ledger is that of SQLite's `up`. */
export interface Migration {
  number: number;
  name: string;
  /** Whether `down` drops or changes rows or columns. */
  losesData: boolean;
  sqlite: Script;
  postgres: Script;
}

/** In order, never changed once released: a change of the tables is a new one. Numbers may be left out. */
export const migrations: readonly Migration[] = [
  { number: 1, name: "first", losesData: true, sqlite: first, postgres: firstPostgres },
  { number: 2, name: "deployments", losesData: true, sqlite: deployments, postgres: deploymentsPostgres },
  { number: 3, name: "blocks", losesData: true, sqlite: blocks, postgres: blocksPostgres },
  { number: 4, name: "automations", losesData: true, sqlite: automations, postgres: automationsPostgres },
  { number: 5, name: "tallies", losesData: true, sqlite: tallies, postgres: talliesPostgres },
  { number: 6, name: "extras", losesData: true, sqlite: extras, postgres: extrasPostgres },
  { number: 7, name: "services", losesData: false, sqlite: services, postgres: servicesPostgres },
  { number: 9, name: "replicas", losesData: true, sqlite: replicas, postgres: replicasPostgres },
  { number: 10, name: "run-pages", losesData: true, sqlite: runPages, postgres: runPagesPostgres },
  { number: 11, name: "early-runs", losesData: false, sqlite: earlyRuns, postgres: earlyRunsPostgres },
  {
    number: 12,
    name: "attempt-tokens",
    losesData: true,
    sqlite: attemptTokens,
    postgres: attemptTokensPostgres,
  },
  {
    number: 13,
    name: "automation-loops",
    losesData: true,
    sqlite: automationLoops,
    postgres: automationLoopsPostgres,
  },
  {
    number: 14,
    name: "selected-states",
    losesData: true,
    sqlite: selectedStates,
    postgres: selectedStatesPostgres,
  },
  { number: 15, name: "rule-starts", losesData: false, sqlite: ruleStarts, postgres: ruleStartsPostgres },
  { number: 16, name: "run-lists", losesData: false, sqlite: runLists, postgres: runListsPostgres },
  { number: 17, name: "view-layouts", losesData: true, sqlite: viewLayouts, postgres: viewLayoutsPostgres },
  {
    number: 18,
    name: "ignored-until",
    losesData: true,
    sqlite: ignoredUntil,
    postgres: ignoredUntilPostgres,
  },
  { number: 20, name: "occupancy", losesData: true, sqlite: occupancy, postgres: occupancyPostgres },
  {
    number: 22,
    name: "schedule-pauses",
    losesData: true,
    sqlite: schedulePauses,
    postgres: schedulePausesPostgres,
  },
];
