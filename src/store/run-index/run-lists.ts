import type { HistoryInterval } from "../../schema/flow-runs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { RunGroups, runGroups } from "../../schema/run-groups.ts";
import type { RunList } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { EntityFilters } from "../sql/entity-filters.ts";
import { skip } from "../sql/pages.ts";
import { countRuns } from "./counts.ts";
import { type HistoryWindow, history } from "./history.ts";
import type { RequestedRuns } from "./run-filters.ts";
import { groupRuns } from "./run-groups.ts";
import { pageJson } from "./run-rows.ts";

export interface Sorted<Sort> extends EntityFilters {
  sort: Sort;
  limit: number;
}

/** A page of runs that match a request: `limit` of them after the first `offset`. */
export type RunPage<Sort> = Sorted<Sort> & { offset: number };

type GroupsInput = Parsed<typeof runGroups.flowRuns> | Parsed<typeof runGroups.taskRuns>;

interface RunLists<Sort> {
  requested(dialect: Dialect, filters: EntityFilters): RequestedRuns;
  page(scope: Scope, input: RunPage<Sort>): Promise<RunList>;
}

/** Reads common to flow runs and task runs. */
export function runLists<Sort>({ requested, page }: RunLists<Sort>) {
  const count = (scope: Scope, filters: EntityFilters): Promise<number> =>
    countRuns(scope, requested(scope.dialect, filters));
  return {
    count,
    /** The page as JSON in UTF-8, far cheaper for responses that are passed on unparsed. */
    filterJson: async (scope: Scope, input: RunPage<Sort>): Promise<Uint8Array<ArrayBuffer>> =>
      (await page(scope, input)).json,
    paginateJson: async (
      scope: Scope,
      input: Sorted<Sort> & { page: number },
    ): Promise<Uint8Array<ArrayBuffer>> => {
      const results = await page(scope, { ...input, offset: skip(input) });
      return pageJson(results, await count(scope, input), input);
    },
    /** How many runs are in each group, as far as the request gets. */
    groups: (scope: Scope, input: GroupsInput): Promise<RunGroups> => {
      const { by, tag_key, after, known, patience, ...filters } = input;
      const request = { by, key: tag_key ?? null, after: after ?? null, known, patience };
      return groupRuns(scope, requested(scope.dialect, filters), request);
    },
    history: (scope: Scope, input: EntityFilters & HistoryWindow): Promise<HistoryInterval[]> =>
      history(scope, requested(scope.dialect, input), input),
  };
}
