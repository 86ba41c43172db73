import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Flow, flows } from "../../schema/flows.ts";
import { query } from "../api.ts";
import { timeOf } from "./time/times.ts";

const page = 200;

/** Names of flows by id: one request for all of them, and a second for ids beyond the first 200. */
export function useFlowNames(ids: readonly string[] = []): {
  nameOf: (id: string) => string | undefined;
  all: readonly Flow[];
  /** When the first of these flows was made; undefined until known. */
  oldest: number | undefined;
  isReady: boolean;
} {
  const first = useQuery({ ...query(flows.filter, { limit: page }), staleTime: 60_000 });
  const known = new Set(first.data?.map((flow) => flow.id));
  const missing =
    first.data?.length === page ? [...new Set(ids)].filter((id) => !known.has(id)).toSorted() : [];
  const rest = useQuery({
    ...query(flows.filter, { flows: { id: { any_: missing.slice(0, page) } } }),
    enabled: missing.length > 0,
    staleTime: 60_000,
  });
  const all = useMemo(() => [...(first.data ?? []), ...(rest.data ?? [])], [first.data, rest.data]);
  const nameOf = useMemo(() => {
    const names = new Map(all.map((flow) => [flow.id, flow.name]));
    return (id: string) => names.get(id);
  }, [all]);
  const born = all.flatMap((flow) => (flow.created ? timeOf(flow.created) : []));
  const oldest = first.isSuccess ? Math.min(Date.now(), ...born) : undefined;
  return { nameOf, all, oldest, isReady: first.isSuccess };
}
