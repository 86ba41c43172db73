import type { RunGraph, RunNode } from "../../schema/graphs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import { at, ragged } from "./layout/arrays.ts";
import type { GraphInput } from "./layout/layers.ts";
import { type Tone, toneOf } from "./tones.ts";

export type Histogram = Partial<Record<Tone, number>>;

/** A task run of the flow run, or of one of the subflows that were opened in it. */
export interface ModelNode extends RunNode {
  /** The flow run that it belongs to. */
  flow_run_id: string;
  /** The node of the subflow that it belongs to, or -1 in the run itself. */
  container: number;
}

/** Listeners are told at most this often, so that a burst of states costs one rendering; more rarely where one takes long. */
const tellEvery = 40;
const tellPerNode = 1 / 500;

/**
 * The task runs of one flow run as they are now, and of those subflows that were opened in it: these are appended, so
 * that a node keeps its number. What the page shows is read from here: a change of state reaches only those who show that
 * node, and nothing is laid out again for it.
 */
export class RunModel {
  readonly flowRunId: string;
  /** The flow run's own states when the graph was read, oldest first. */
  states: RunGraph["segments"];
  /** Task runs of the run itself that are not among the nodes: it has more than are drawn. */
  omitted: number;
  /** Grows with every change. */
  version = 0;
  /** How many task runs of the run itself are in each tone. */
  counts: Histogram;
  #nodes: ModelNode[];
  /** For each flow run whose task runs are held the node that stands for it; -1 for the run itself. */
  #containers: Map<string, number>;
  #places: Map<string, number>;
  #input: GraphInput | undefined;
  #family = new Int32Array();
  #members = new Map<number, number[]>();
  #histograms = new Map<number, Histogram>();
  #nodeListeners = new Map<number, Set<() => void>>();
  #listeners = new Set<() => void>();
  #changed = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(graph: RunGraph) {
    this.flowRunId = graph.flow_run_id;
    this.states = graph.segments;
    this.omitted = graph.omitted ?? 0;
    this.#containers = new Map([[graph.flow_run_id, -1]]);
    this.#nodes = graph.nodes.map((node) => ({ ...node, flow_run_id: graph.flow_run_id, container: -1 }));
    this.#places = placesOf(this.#nodes);
    this.counts = countTones(this.#nodes, this.#nodes.keys());
  }

  /** Also those of subflows that were opened once and are closed now. */
  get nodes(): readonly ModelNode[] {
    return this.#nodes;
  }

  /** How many task runs the run itself has. */
  get taskCount(): number {
    if (this.#containers.size === 1) return this.#nodes.length + this.omitted;
    return this.#nodes.reduce((sum, { container }) => sum + (container < 0 ? 1 : 0), this.omitted);
  }

  /** Whether the task runs of this flow run were taken in. */
  holds(flowRunId: string): boolean {
    return this.#containers.has(flowRunId);
  }

  /** The nodes for the layout: the same object until one is added. */
  get input(): GraphInput {
    this.#input ??= inputOf(this.#nodes);
    return this.#input;
  }

  /** Finds a node by the id of its task run, or of the flow run that took its place. */
  indexOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** The first node of this node's family, or -1. */
  leaderOf(index: number): number {
    return this.#family[index] ?? -1;
  }

  membersOf(leader: number): readonly number[] {
    return this.#members.get(leader) ?? [leader];
  }

  /** How many of a family are in each tone; the same object until one of them changes. */
  histogram(leader: number): Histogram {
    const known = this.#histograms.get(leader);
    if (known) return known;
    const made = countTones(this.#nodes, this.membersOf(leader));
    this.#histograms.set(leader, made);
    return made;
  }

  /** Tells which nodes stand together; for each node the first of its family, or -1. */
  setFamilies(family: Int32Array): void {
    this.#family = Int32Array.from(family);
    this.#members = membersOf(family);
    this.#histograms.clear();
  }

  apply(rows: readonly TaskRun[]): void {
    for (const row of rows) {
      const index = this.#places.get(row.id);
      const old = index === undefined ? undefined : this.#nodes[index];
      if (index === undefined || !old) {
        this.#add(row);
        continue;
      }
      if (isOlder(row, old)) continue;
      this.#nodes[index] = updated(old, row, this.#places);
      this.#mark(index);
    }
  }

  /**
   * A graph that was read anew, where changes may have been missed; or that of a subflow, whose nodes are appended. One of a
   * flow run that stands nowhere in this one is left out.
   */
  take(graph: RunGraph): void {
    const { flow_run_id } = graph;
    const container = this.#containers.get(flow_run_id) ?? this.#places.get(flow_run_id);
    if (container === undefined) return;
    if (container < 0) {
      this.states = graph.segments;
      this.omitted = graph.omitted ?? 0;
    }
    this.#containers.set(flow_run_id, container);
    if (this.#containers.size === 1 && graph.nodes.length < this.#nodes.length) this.#startAnew();
    const before = this.#nodes.length;
    let next = before;
    const places = graph.nodes.map(({ id, task_run_id }) => {
      const place = this.#places.get(task_run_id) ?? this.#places.get(id) ?? next++;
      this.#places.set(id, place).set(task_run_id, place);
      return place;
    });
    graph.nodes.forEach((node, index) => {
      const parents = node.parents.map((parent) => at(places, parent));
      const within = node.within < 0 ? -1 : at(places, node.within);
      this.#nodes[at(places, index)] = { ...node, parents, within, flow_run_id, container };
      this.#mark(at(places, index));
    });
    if (next > before) this.#input = undefined;
  }

  onNode(index: number, listener: () => void): () => void {
    const listeners = this.#nodeListeners.get(index) ?? new Set();
    this.#nodeListeners.set(index, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The run has fewer task runs than before: some were deleted. */
  #startAnew(): void {
    this.#nodes = [];
    this.#places = new Map();
    this.#input = undefined;
    this.#histograms.clear();
  }

  #add(row: TaskRun): void {
    const flow_run_id = row.flow_run_id ?? this.flowRunId;
    const container = this.#containers.get(flow_run_id);
    if (container === undefined) return;
    const node = { ...nodeOf(row, this.#places), flow_run_id, container };
    const index = this.#nodes.push(node) - 1;
    this.#places.set(node.task_run_id, index);
    this.#places.set(node.id, index);
    this.#input = undefined;
    this.#mark(index);
  }

  *#ownNodes(): Generator<number> {
    for (let index = 0; index < this.#nodes.length; index++)
      if (this.#nodes[index]?.container === -1) yield index;
  }

  #mark(index: number): void {
    this.#changed.add(index);
    if (this.#timer !== undefined) return;
    const pause = tellEvery + this.#nodes.length * tellPerNode;
    this.#timer = setTimeout(() => this.#tell(), pause);
  }

  #tell(): void {
    this.#timer = undefined;
    this.version++;
    this.counts = countTones(this.#nodes, this.#ownNodes());
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const index of changed) this.#histograms.delete(at(this.#family, index));
    for (const index of changed) for (const listener of this.#nodeListeners.get(index) ?? []) listener();
    for (const listener of this.#listeners) listener();
  }
}

const toneOfNode = (node: RunNode): Tone => toneOf(node.state_type, node.state_name);

function countTones(nodes: readonly RunNode[], indexes: Iterable<number>): Histogram {
  const counts: Histogram = {};
  for (const index of indexes) {
    const node = nodes[index];
    if (!node) continue;
    const tone = toneOfNode(node);
    counts[tone] = (counts[tone] ?? 0) + 1;
  }
  return counts;
}

function placesOf(nodes: readonly RunNode[]): Map<string, number> {
  const places = new Map<string, number>();
  nodes.forEach((node, index) => {
    places.set(node.id, index);
    places.set(node.task_run_id, index);
  });
  return places;
}

function membersOf(family: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  family.forEach((leader, node) => {
    if (leader === -1) return;
    const known = members.get(leader);
    if (known) known.push(node);
    else members.set(leader, [node]);
  });
  return members;
}

/** A task run that the graph did not hold when it was read. */
function nodeOf(row: TaskRun, places: ReadonlyMap<string, number>): RunNode {
  const child = row.state?.state_details.child_flow_run_id ?? null;
  const blank: RunNode = {
    kind: child ? "flow-run" : "task-run",
    id: child ?? row.id,
    task_run_id: row.id,
    name: row.name,
    task_key: row.task_key,
    state_type: null,
    state_name: null,
    run_count: 0,
    start: null,
    end: null,
    created: msOf(row.expected_start_time ?? row.created ?? ""),
    parents: [],
    within: -1,
    segments: [],
  };
  return updated(blank, row, places);
}

/** In whole milliseconds, as the graph has its times; what is added is less than a microsecond and more than an error of rounding. */
const msOf = (time: string): number => Math.floor(toMs(time) + 0.0005);

/** A change that was waiting while the graph was read may be older than the graph. */
function isOlder({ state }: TaskRun, { segments }: RunNode): boolean {
  const last = segments.at(-1);
  return state !== null && last !== undefined && last[2] > msOf(state.timestamp);
}

function updated<N extends RunNode>(old: N, row: TaskRun, places: ReadonlyMap<string, number>): N {
  return {
    ...old,
    ...relations(row, places),
    name: old.kind === "flow-run" ? old.name : row.name,
    state_type: row.state_type,
    state_name: row.state_name,
    run_count: row.run_count,
    start: row.start_time === null ? null : msOf(row.start_time),
    end: row.end_time === null ? null : msOf(row.end_time),
    segments: grownSegments(old.segments, row),
  };
}

function relations(row: TaskRun, places: ReadonlyMap<string, number>): Pick<RunNode, "parents" | "within"> {
  const parents = new Set<number>();
  let within = -1;
  for (const [key, inputs] of Object.entries(row.task_inputs)) {
    for (const input of inputs) {
      if (input.input_type !== "task_run" && input.input_type !== "flow_run") continue;
      const place = places.get(input.id);
      if (place === undefined) continue;
      if (key === "__parents__") within = place;
      else parents.add(place);
    }
  }
  return { parents: [...parents], within };
}

/** The channel tells of the newest state only, so a run that was quick may have gone through RUNNING unseen. */
function grownSegments(old: RunNode["segments"], row: TaskRun): RunNode["segments"] {
  const { state } = row;
  if (!state) return old;
  const when = msOf(state.timestamp);
  const last = old.at(-1);
  if (last && (last[2] > when || (last[2] === when && last[0] === state.type))) return old;
  const segments = old.slice();
  const start = row.start_time === null ? null : msOf(row.start_time);
  const wasSeenRunning = old.some(([type]) => type === "RUNNING");
  if (start !== null && start < when && !wasSeenRunning) segments.push(["RUNNING", "Running", start]);
  segments.push([state.type, state.name, when]);
  return segments;
}

/** The nodes as numbers, for the layout. */
export function inputOf(nodes: readonly ModelNode[]): GraphInput {
  const keys = new Map<string, number>();
  const key = new Int32Array(nodes.length);
  const within = new Int32Array(nodes.length);
  const container = new Int32Array(nodes.length);
  const chars = new Int32Array(nodes.length);
  const owner: number[] = [];
  const parent: number[] = [];
  nodes.forEach((node, index) => {
    chars[index] = labelChars(node);
    // Task runs of different subflows are never siblings.
    const name = `${node.container} ${node.task_key}`;
    const known = keys.get(name) ?? keys.size;
    keys.set(name, known);
    key[index] = known;
    within[index] = node.within;
    container[index] = node.container;
    for (const place of node.parents) {
      owner.push(index);
      parent.push(place);
    }
  });
  const parents = ragged(nodes.length, owner, parent);
  return { count: nodes.length, parents, within, container, key, chars };
}

/** How many characters a card shows of a name; a subflow has buttons beside it. */
function labelChars({ kind, name }: RunNode): number {
  if (kind !== "flow-run") return name.length;
  return Math.max(...name.split(" / ").map((part) => part.length)) + 7;
}
