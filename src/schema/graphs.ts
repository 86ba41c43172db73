import { z } from "zod";
import { routes } from "./route.ts";
import { AnyJson, byId, Time, Uuid, withDefault } from "./scalars.ts";
import { State, StateType } from "./states.ts";

const GraphArtifact = z.object({
  id: z.string(),
  created: z.string(),
  key: z.string().nullable(),
  type: z.string().nullable(),
  is_latest: z.boolean(),
  data: AnyJson,
});
const edge = z.object({ id: z.string() });
export const GraphNode = z.object({
  kind: z.enum(["task-run", "flow-run"]),
  id: z.string(),
  label: z.string(),
  state_type: StateType,
  start_time: z.string(),
  end_time: z.string().nullable(),
  parents: z.array(edge),
  children: z.array(edge),
  encapsulating: z.array(edge),
  artifacts: z.array(GraphArtifact),
});
export type GraphNode = z.infer<typeof GraphNode>;

export const Graph = z.object({
  start_time: z.string().nullable(),
  end_time: z.string().nullable(),
  root_node_ids: z.array(z.string()),
  nodes: z.array(z.tuple([z.string(), GraphNode])),
  artifacts: z.array(GraphArtifact),
  states: z.array(z.object({ id: z.string(), timestamp: z.string(), type: StateType, name: z.string() })),
});
export type Graph = z.infer<typeof Graph>;

/** A task run in the first version of the graph, which the contract keeps for old clients. */
const Dependency = z.object({
  id: z.string(),
  name: z.string(),
  upstream_dependencies: z.array(z.object({ input_type: z.literal("task_run"), id: z.string() })),
  state: State.nullable(),
  expected_start_time: z.string().nullable(),
  start_time: z.string().nullable(),
  end_time: z.string().nullable(),
  total_run_time: z.number(),
  estimated_run_time: z.number(),
  untrackable_result: z.boolean(),
});
export type Dependency = z.infer<typeof Dependency>;

/** One segment of a run's life: the state entered, its name, when (ms since the epoch). */
export const Segment = z.tuple([StateType, z.string(), z.number()]);
/** A node of our own graph route: the data that graph and timeline draw. */
export const RunNode = z.object({
  kind: z.enum(["task-run", "flow-run"]),
  /** Id of the task run, or of the child flow run that replaces it. */
  id: z.string(),
  /** Id of the task run itself, also where `kind` is flow-run. */
  task_run_id: z.string(),
  name: z.string(),
  /** Siblings with the same key are one family. */
  task_key: z.string(),
  state_type: StateType.nullable(),
  state_name: z.string().nullable(),
  run_count: z.int(),
  start: z.number().nullable(),
  end: z.number().nullable(),
  /** When the run was created or expected. */
  created: z.number(),
  /** Indexes into `nodes` of what this run waited for. */
  parents: z.array(z.int()),
  /** Index of the task run that called this one, or -1. */
  within: z.int(),
  /** Every state the run went through, oldest first. */
  segments: z.array(Segment),
});
export type RunNode = z.infer<typeof RunNode>;
/** The whole graph, as the dashboard assembles it from pages. */
export interface RunGraph {
  flow_run_id: string;
  flow_name: string;
  /** The flow run's own states, oldest first. */
  segments: z.infer<typeof Segment>[];
  nodes: RunNode[];
  /** Place in the live channel at which this was read. */
  seq: number;
  /** Number of omitted task runs, when the run has more than can be drawn. */
  omitted?: number;
}

/** Task runs of one key, as one node of a graph that is too large to be drawn run by run. */
export const GraphGroup = z.object({
  /** Null for all that came after the thousand largest groups. */
  task_key: z.string().nullable(),
  /** The common part of their names. */
  name: z.string(),
  count: z.int(),
  /** By state type, or that of the flow runs that replace them. */
  states: z.partialRecord(StateType, z.int()),
  start: z.number().nullable(),
  /** Null while some have not ended. */
  end: z.number().nullable(),
});
export type GraphGroup = z.infer<typeof GraphGroup>;
export const GraphGroups = z.object({
  flow_run_id: z.string(),
  count: z.int(),
  groups: z.array(GraphGroup),
  /** Indexes into `groups`, and how many of their runs wait for one another. */
  edges: z.array(z.object({ from: z.int(), to: z.int(), count: z.int() })),
  /** Place in the live channel at which this was read. */
  seq: z.int(),
});
export type GraphGroups = z.infer<typeof GraphGroups>;

/** A node that names the others by their ids, so that it can be read without them. */
export const LooseNode = RunNode.omit({ parents: true, within: true }).extend({
  parents: z.array(z.string()),
  within: z.string().nullable(),
});
export type LooseNode = z.infer<typeof LooseNode>;

/** A part of a graph: task runs by their keys. */
export const RunGraphPage = z.object({
  flow_run_id: z.string(),
  flow_name: z.string(),
  /** The flow run's own states, oldest first. */
  segments: z.array(Segment),
  /** How many task runs the whole graph has. */
  count: z.int(),
  nodes: z.array(LooseNode),
  /** Token of the next page; null when there is none. */
  next: z.string().nullable(),
  /** Place in the live channel at which this was read. */
  seq: z.int(),
});
export type RunGraphPage = z.infer<typeof RunGraphPage>;

/** Most nodes per request. */
export const maxGraphPage = 2000;
/** The same where the reading thread writes the answer, about 400 bytes for each node. */
export const maxGraphPart = 5000;
const PageLimit = withDefault(z.int().min(1).max(maxGraphPage), () => 500);

export const graphs = routes("graphs", {
  read: {
    method: "GET",
    path: "/flow_runs/:id/graph-v2",
    input: z.object({ id: Uuid, since: Time.optional() }),
    output: Graph,
  },
  readDependencies: {
    method: "GET",
    path: "/flow_runs/:id/graph",
    input: byId,
    output: z.array(Dependency),
  },
  /** Praetor only, in parts: no cap on nodes, with the state segments of every task run unless `brief`. */
  readPage: {
    method: "GET",
    path: "/praetor/flow_runs/:id/graph",
    input: byId.extend({
      limit: withDefault(z.coerce.number().int().min(1).max(maxGraphPart), () => maxGraphPart),
      after: z.string().max(10_000).optional(),
      brief: withDefault(z.union([z.boolean(), z.stringbool()]), () => false),
    }),
    output: RunGraphPage,
  },
  groups: { method: "GET", path: "/praetor/flow_runs/:id/graph/groups", input: byId, output: GraphGroups },
  /** The runs of one group, or of all, by key; `after` is the `next` of the page before. */
  nodes: {
    method: "POST",
    path: "/praetor/flow_runs/:id/graph/nodes",
    input: byId.extend({
      task_key: z.string().nullish(),
      state_types: z.array(StateType).nullish(),
      limit: PageLimit,
      after: z.string().nullish(),
    }),
    output: z.object({ nodes: z.array(LooseNode), next: z.string().nullable(), seq: z.int() }),
  },
  /** Edges between these task runs, or the flow runs that replace them. */
  edges: {
    method: "POST",
    path: "/praetor/flow_runs/:id/graph/edges",
    input: byId.extend({ ids: z.array(Uuid).max(maxGraphPage) }),
    output: z.array(z.object({ from: z.string(), to: z.string() })),
  },
  /** Nodes that changed after `since`; null when too old or too many: reload everything. */
  changes: {
    method: "GET",
    path: "/praetor/flow_runs/:id/graph/changes",
    input: byId.extend({ since: z.coerce.number().int().min(0) }),
    output: z.object({ nodes: z.array(LooseNode).nullable(), deleted: z.array(z.string()), seq: z.int() }),
  },
});
