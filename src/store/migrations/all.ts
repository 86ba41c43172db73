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

/** A change of the tables and the way back, in SQLite's words; the dialect puts them into PostgreSQL's. */
export interface Migration {
  number: number;
  name: string;
  up: string;
  down: string;
  /** What stands in place of `up` and `down` on PostgreSQL, where putting them into its words does not do. */
  postgresUp?: string;
  postgresDown?: string;
}

/** In order, never changed once released: a change of the tables is a new one. Numbers may be left out. */
export const migrations: readonly Migration[] = [
  { number: 1, name: "first", up: first.up, down: first.down },
  { number: 2, name: "deployments", up: deployments.up, down: deployments.down },
  { number: 3, name: "blocks", up: blocks.up, down: blocks.down },
  { number: 4, name: "automations", up: automations.up, down: automations.down },
  { number: 5, name: "tallies", up: tallies.up, down: tallies.down, postgresUp: tallies.postgresUp },
  { number: 6, name: "extras", up: extras.up, down: extras.down },
  { number: 7, name: "services", up: services.up, down: services.down },
  { number: 9, name: "replicas", up: replicas.up, down: replicas.down },
  { number: 10, name: "run-pages", up: runPages.up, down: runPages.down },
  { number: 11, name: "early-runs", up: earlyRuns.up, down: earlyRuns.down },
  { number: 12, name: "attempt-tokens", up: attemptTokens.up, down: attemptTokens.down },
  { number: 13, name: "automation-loops", up: automationLoops.up, down: automationLoops.down },
  { number: 14, name: "selected-states", up: selectedStates.up, down: selectedStates.down },
  {
    number: 15,
    name: "rule-starts",
    ...{ up: ruleStarts.up, down: ruleStarts.down, postgresUp: ruleStarts.postgresUp },
  },
];
