import type { RunGraph, RunNode } from "../../schema/graphs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import { at, ragged } from "./layout/arrays.ts";
import type { GraphInput } from "./layout/layers.ts";
import { type Tone, toneOf } from "./tones.ts";

export type Histogram = Partial<Record<Tone, number>>;

/** Listeners are told at most this often, so that a burst of states costs one rendering. */
const tellEvery = 40;

/**
 * The task runs of one flow run as they are now. SelectionDialog on the page reads from here: a change of state
 * reaches only those who show that node, and nothing is laid out again for it.
 */
export class RunModel {
  /** Grows with every change. */
  version = 0;
  /** How many task runs are in each tone. */
  counts: Histogram;
  #nodes: RunNode[];
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
    this.#nodes = graph.nodes.slice();
    this.#places = placesOf(this.#nodes);
    this.counts = countTones(this.#nodes, this.#nodes.keys());
  }

  get nodes(): readonly RunNode[] {
    return this.#nodes;
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
        this.#add(nodeOf(row, this.#places));
        continue;
      }
      if (isOlder(row, old)) continue;
      this.#nodes[index] = updated(old, row, this.#places);
      this.#mark(index);
    }
  }

  /** A graph read anew, where changes may have been missed. */
  replace(graph: RunGraph): void {
    if (graph.nodes.length !== this.#nodes.length) this.#input = undefined;
    this.#nodes = graph.nodes.slice();
    this.#places = placesOf(this.#nodes);
    this.#histograms.clear();
    for (let index = 0; index < this.#nodes.length; index++) this.#mark(index);
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

  #add(node: RunNode): void {
    const index = this.#nodes.push(node) - 1;
    this.#places.set(node.task_run_id, index);
    this.#places.set(node.id, index);
    this.#input = undefined;
    this.#mark(index);
  }

  #mark(index: number): void {
    this.#changed.add(index);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#tell(), tellEvery);
  }

  #tell(): void {
    this.#timer = undefined;
    this.version++;
    this.counts = countTones(this.#nodes, this.#nodes.keys());
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
    created: toMs(row.expected_start_time ?? row.created ?? ""),
    parents: [],
    within: -1,
    segments: [],
  };
  return updated(blank, row, places);
}

/** A change that was waiting while the graph was read may be older than the graph. */
function isOlder({ state }: TaskRun, { segments }: RunNode): boolean {
  const last = segments.at(-1);
  return state !== null && last !== undefined && last[2] > toMs(state.timestamp);
}

function updated(old: RunNode, row: TaskRun, places: ReadonlyMap<string, number>): RunNode {
  return {
    ...old,
    ...relations(row, places),
    name: old.kind === "flow-run" ? old.name : row.name,
    state_type: row.state_type,
    state_name: row.state_name,
    run_count: row.run_count,
    start: row.start_time === null ? null : toMs(row.start_time),
    end: row.end_time === null ? null : toMs(row.end_time),
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
  const when = toMs(state.timestamp);
  const last = old.at(-1);
  if (last && (last[2] > when || (last[2] === when && last[0] === state.type))) return old;
  const segments = old.slice();
  const start = row.start_time === null ? null : toMs(row.start_time);
  const wasSeenRunning = old.some(([type]) => type === "RUNNING");
  if (start !== null && start < when && !wasSeenRunning) segments.push(["RUNNING", "Running", start]);
  segments.push([state.type, state.name, when]);
  return segments;
}

/** The nodes as numbers, for the layout. */
export function inputOf(nodes: readonly RunNode[]): GraphInput {
  const keys = new Map<string, number>();
  const key = new Int32Array(nodes.length);
  const within = new Int32Array(nodes.length);
  const owner: number[] = [];
  const parent: number[] = [];
  nodes.forEach((node, index) => {
    const known = keys.get(node.task_key) ?? keys.size;
    keys.set(node.task_key, known);
    key[index] = known;
    within[index] = node.within;
    for (const place of node.parents) {
      owner.push(index);
      parent.push(place);
    }
  });
  return { count: nodes.length, parents: ragged(nodes.length, owner, parent), within, key };
}
