import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../client/client.ts";
import { graphs, type RunGraph } from "../../schema/graphs.ts";
import { clientOf } from "../api.ts";
import { fromGraphV2 } from "./graph-v2.ts";

/** Where there is no live channel, what is running is read again this often. */
const pollEvery = 3_000;

interface Wanted {
  /** Of the flow run. */
  id: string;
  /** Whether the server has our own routes; a Prefect server is asked for its graph. */
  isPraetor: boolean;
  mayGrow: boolean;
}

/** Options of useQuery for the task runs of one flow run. Ours is read once, and followed over the live channel. */
export const graphQuery = ({ id, isPraetor, mayGrow }: Wanted) =>
  queryOptions({
    queryKey: ["graphs", isPraetor ? "readFull" : "read", { id }],
    queryFn: ({ client, signal }) => readGraph(clientOf(client), { id, isPraetor }, signal),
    staleTime: isPraetor ? Number.POSITIVE_INFINITY : 2_000,
    meta: isPraetor ? {} : { live: "none" },
    refetchInterval: !isPraetor && mayGrow ? pollEvery : false,
  });

async function readGraph(
  client: Client,
  { id, isPraetor }: Omit<Wanted, "mayGrow">,
  signal: AbortSignal,
): Promise<RunGraph> {
  if (isPraetor) return client.call(graphs.readFull, { id }, { signal });
  return fromGraphV2(id, await client.call(graphs.read, { id }, { signal }));
}
