import { useQuery } from "@tanstack/react-query";
import { type ConcurrencyLimit, concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { type SlotBoard, slots } from "../../schema/waiting.ts";
import { query, useIsPraetor } from "../api.ts";
import type { PanelSource } from "../kit/panel.tsx";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { type Board, deploymentIdOf, kindOf, labelOf } from "./boards.ts";

export interface Boards extends PanelSource<readonly Board[]> {
  /** When they were read, in milliseconds: what decays is counted on from then. */
  readAt: number;
}

/** All limits with who holds and who waits; on a server that does not know that, with how much is taken. */
export function useBoards(): Boards {
  const isPraetor = useIsPraetor();
  useScopes([{ noun: "concurrency-limits" }]);
  const ours = useQuery({ ...query(slots.boards, {}), enabled: isPraetor });
  const theirs = useQuery({ ...query(concurrencyLimits.filter, {}), enabled: !isPraetor });
  const source = isPraetor ? ours : theirs;
  const names = useDeploymentNames((source.data ?? []).flatMap(({ name }) => deploymentIdOf(name) ?? []));
  const found = isPraetor ? ours.data?.map(fromBoard) : theirs.data?.map(fromLimit);
  const data = found?.map((board) => ({ ...board, label: labelOf(board.name, names) }));
  const { error, isPending, isError, refetch, dataUpdatedAt } = source;
  return { data, error, isPending, isError, refetch, readAt: dataUpdatedAt };
}

const fromBoard = ({ leases, waiters, ...board }: SlotBoard): Board => ({
  ...board,
  kind: kindOf(board.name),
  label: board.name,
  holders: { leases, waiters },
});

const fromLimit = ({ active_slots, ...limit }: ConcurrencyLimit): Board => ({
  ...limit,
  used: active_slots,
  kind: kindOf(limit.name),
  label: limit.name,
  holders: null,
});

/** `flow/deployment` by the deployment's id, for limits that are called after one. */
function useDeploymentNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const wanted = ids.toSorted().slice(0, 200);
  const { data } = useQuery({
    ...query(deployments.filter, { deployments: { id: { any_: wanted } } }),
    enabled: wanted.length > 0,
    staleTime: 60_000,
    placeholderData: (previous) => previous,
  });
  const { nameOf } = useFlowNames();
  return new Map(
    data?.map(({ id, name, flow_id }) => [id, [nameOf(flow_id), name].filter(Boolean).join("/")]),
  );
}
