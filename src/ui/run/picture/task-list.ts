import type { Client } from "../../../client/client.ts";
import type { StateType } from "../../../schema/states.ts";
import { type TaskRun, taskRuns } from "../../../schema/task-runs.ts";
import type { Histogram } from "../../graph/model.ts";
import type { Cursor, Page } from "../../lists/head-changes.ts";
import type { HeadSource } from "../../lists/use-head-pages.ts";

/** What the chips above the list choose, each with the states that it stands for. */
export const groups = {
  failed: { label: "Failed", types: ["FAILED", "CRASHED"], tones: ["failed", "crashed"] },
  running: { label: "Running", types: ["RUNNING"], tones: ["running"] },
  waiting: {
    label: "Waiting",
    types: ["SCHEDULED", "PENDING", "PAUSED"],
    tones: ["late", "retrying", "paused", "pending", "scheduled"],
  },
  completed: { label: "Completed", types: ["COMPLETED"], tones: ["completed"] },
  cancelled: {
    label: "Cancelled",
    types: ["CANCELLED", "CANCELLING"],
    tones: ["cancelled", "cancelling"],
  },
} as const satisfies Record<
  string,
  { label: string; types: readonly StateType[]; tones: readonly (keyof Histogram)[] }
>;
export type Group = keyof typeof groups;
export const groupNames = [
  "failed",
  "running",
  "waiting",
  "completed",
  "cancelled",
] as const satisfies Group[];

export const countOf = (tasks: Histogram | undefined, group: Group): number =>
  groups[group].tones.reduce((sum, tone) => sum + (tasks?.[tone] ?? 0), 0);

const sorts = {
  started: "EXPECTED_START_TIME_ASC",
  latest: "EXPECTED_START_TIME_DESC",
  name: "NAME_ASC",
  "name-back": "NAME_DESC",
  longest: "DURATION_DESC",
  shortest: "DURATION_ASC",
} as const;
export type TaskSort = keyof typeof sorts;
export const taskSorts = [
  "started",
  "latest",
  "name",
  "name-back",
  "longest",
  "shortest",
] as const satisfies TaskSort[];

/** What the list asks for; the address says it. */
export interface TaskQuery {
  group: Group | undefined;
  text: string;
  sort: TaskSort;
}

const pageSize = 100;

/** The task runs of one flow run, page by page. */
export const taskSource = (flowRunId: string, { group, text, sort }: TaskQuery): HeadSource<TaskRun> => ({
  noun: "task-runs",
  input: { flowRunId, group, text, sort },
  pageSize,
  order: orders[sort],
  async read(client: Client, cursor: Cursor | null, signal): Promise<Page<TaskRun>> {
    const past = cursor && "past" in cursor ? cursor.past : 0;
    const results = await client.call(
      taskRuns.filter,
      {
        flow_runs: { id: { any_: [flowRunId] } },
        ...(group || text
          ? {
              task_runs: {
                ...(group ? { state: { type: { any_: [...groups[group].types] } } } : {}),
                ...(text ? { name: { like_: text } } : {}),
              },
            }
          : {}),
        ...{ sort: sorts[sort], limit: pageSize, offset: past },
      },
      signal ? { signal } : {},
    );
    return { results, next: results.length < pageSize ? null : { past: past + pageSize } };
  },
});

const began = (run: TaskRun): string => `${run.expected_start_time ?? ""} ${run.id}`;
/** For rows that arrive later; undefined where only the server knows it. */
const orders: Record<TaskSort, HeadSource<TaskRun>["order"]> = {
  started: (a, b) => (began(a) < began(b) ? -1 : 1),
  latest: (a, b) => (began(a) < began(b) ? 1 : -1),
  name: undefined,
  "name-back": undefined,
  longest: undefined,
  shortest: undefined,
};
