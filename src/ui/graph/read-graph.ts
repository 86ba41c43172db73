import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../client/client.ts";
import {
  graphs,
  type LooseNode,
  maxGraphPart,
  type RunGraph,
  type RunGraphPage,
} from "../../schema/graphs.ts";
import { clientOf } from "../api.ts";
import { fromGraphV2 } from "./graph-v2.ts";

/** Where no changes are told, what is running is read again this often. */
const pollEvery = 3_000;
/** Events of a Prefect server may be lost. */
const catchUpEvery = 60_000;
/** With more task runs than this, their states are left out: what each began with and came to is enough to draw them. */
const mostWithStates = 20_000;
/** A browser has to hold them all. */
const mostNodes = 200_000;

interface Wanted {
  /** Of the flow run. */
  id: string;
  /** Whether the server has our own routes; a Prefect server is asked for its graph. */
  isPraetor: boolean;
  /** Whether the server tells of changes. */
  isTold: boolean;
  mayGrow: boolean;
}

/** Options of useQuery for the task runs of one flow run. Ours is read once, and followed over the live channel. */
export const graphQuery = ({ id, isPraetor, isTold, mayGrow }: Wanted) =>
  queryOptions({
    queryKey: ["graphs", isPraetor ? "readPage" : "read", { id }],
    queryFn: ({ client, signal }) => readGraph(clientOf(client), { id, isPraetor }, signal),
    staleTime: isPraetor ? Number.POSITIVE_INFINITY : 2_000,
    meta: isPraetor ? {} : { live: "none" },
    refetchInterval: !isPraetor && mayGrow ? (isTold ? catchUpEvery : pollEvery) : false,
  });

async function readGraph(
  client: Client,
  { id, isPraetor }: Pick<Wanted, "id" | "isPraetor">,
  signal: AbortSignal,
): Promise<RunGraph> {
  if (!isPraetor) return fromGraphV2(id, await client.call(graphs.read, { id }, { signal }));
  const pages = [await client.call(graphs.readPage, { id }, { signal })];
  const brief = (pages[0]?.count ?? 0) > mostWithStates;
  for (let next = pages[0]?.next; next && pages.length * maxGraphPart < mostNodes; next = pages.at(-1)?.next)
    pages.push(await client.call(graphs.readPage, { id, after: next, brief }, { signal }));
  return graphOf(pages);
}

/** The graph that comes in these pages, with its task runs in the order in which they were made. */
export function graphOf(pages: readonly RunGraphPage[]): RunGraph {
  const [first] = pages;
  if (!first) throw new Error("expected the first page of the graph");
  const loose = pages.flatMap((page) => page.nodes);
  loose.sort((a, b) => (a.task_run_id < b.task_run_id ? -1 : a.task_run_id > b.task_run_id ? 1 : 0));
  const places = new Map<string, number>();
  // An edge may name the flow run or the task run that stands for it.
  loose.forEach(({ id, task_run_id }, place) => {
    places.set(task_run_id, place);
    if (id !== task_run_id) places.set(id, place);
  });
  const { flow_run_id, flow_name, segments, seq } = first;
  return {
    ...{ flow_run_id, flow_name, segments, seq },
    nodes: loose.map((node) => ({
      ...node,
      parents: [...new Set(node.parents.flatMap((parent) => places.get(parent) ?? []))],
      within: node.within === null ? -1 : (places.get(node.within) ?? -1),
      segments: node.segments.length > 0 ? node.segments : briefSegments(node),
    })),
    ...(first.count > loose.length && { omitted: first.count - loose.length }),
  };
}

/** What start and end tell of its states. */
function briefSegments({ state_type, state_name, start, end }: LooseNode): RunGraph["segments"] {
  if (state_type === null) return [];
  const name = state_name ?? state_type;
  if (start === null) return end === null ? [] : [[state_type, name, end]];
  if (end === null) return [[state_type, name, start]];
  return [
    ["RUNNING", "Running", start],
    [state_type, name, end],
  ];
}
