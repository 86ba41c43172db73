import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { observedStates } from "../../../schema/observed-states.ts";
import { query } from "../../api.ts";

/**
 * Names that states of this server have; undefined until they are known, where they are not wanted, and where a server
 * does not tell.
 */
export function useSeenStates(isWanted: boolean): readonly string[] | undefined {
  const options = { ...query(observedStates.list, {}), staleTime: 30_000, retry: false, enabled: isWanted };
  const { data } = useQuery(options);
  return useMemo(() => data && [...new Set(data.map((one) => one.state_name))].toSorted(), [data]);
}
