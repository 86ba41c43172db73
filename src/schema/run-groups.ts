import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import { SearchPlace } from "./run-search.ts";
import { withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";

// How many runs have each state, flow, deployment, version or tag. Praetor only.

export const groupings = ["state", "flow", "deployment", "version", "tag"] as const;
export type Grouping = (typeof groupings)[number];

/** Groups of one request at most; runs of further values are counted together. */
export const maxGroups = 200;
const value = z.string().max(1000);

/** Tags `project=42` and `project:42` have the key `project`. */
export const tagSeparators = ["=", ":"] as const;

const input = {
  by: z.enum(groupings),
  /** For `tag`: the key of the tags, whose values make the groups. */
  tag_key: z.string().min(1).max(200).nullish(),
  after: SearchPlace.nullish(),
  /** Values that earlier requests have counted, and which have their own group for that reason. */
  known: withDefault(z.array(value).max(maxGroups), () => []),
  /** Milliseconds that the request may take, about. */
  patience: withDefault(z.int().min(1).max(2000), () => 800),
};

export const RunGroup = z.object({
  /** `FAILED/Failed`, the id of a flow or deployment, a version, a tag; null for runs that have none. */
  value: z.string().nullable(),
  /** The name of a state, flow or deployment (`flow/deployment`), a version, a tag. */
  label: z.string().nullable(),
  state_type: StateType.nullable(),
  count: z.int(),
});
export type RunGroup = z.infer<typeof RunGroup>;

export const RunGroups = z.object({
  groups: z.array(RunGroup),
  /** Runs with other values than those. */
  others: z.int(),
  /** How many runs were looked at. */
  searched: z.int(),
  /** The place to go on from; null where all have been counted. */
  next: SearchPlace.nullable(),
});
export type RunGroups = z.infer<typeof RunGroups>;

const { flows, flow_runs, task_runs, deployments, work_pools } = relatedFilters;
const hasKey = ({ by, tag_key }: { by: Grouping; tag_key?: string | null | undefined }) =>
  by !== "tag" || typeof tag_key === "string";
const needsKey = { path: ["tag_key"], message: "expected the key of the tags" };

export const runGroups = routes("run-groups", {
  flowRuns: {
    method: "POST",
    path: "/praetor/flow_runs/groups",
    input: z.strictObject({ ...relatedFilters, ...input }).refine(hasKey, needsKey),
    output: RunGroups,
  },
  taskRuns: {
    method: "POST",
    path: "/praetor/task_runs/groups",
    input: z
      .strictObject({ flows, flow_runs, task_runs, deployments, work_pools, ...input })
      .refine(hasKey, needsKey),
    output: RunGroups,
  },
});
