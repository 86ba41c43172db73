import { useQuery } from "@tanstack/react-query";
import { type NextSlot, type OwnerOccupancy, occupancy } from "../../schema/occupancy.ts";
import { query, useIsPraetor } from "../api.ts";

export interface KnownOccupancy {
  /** Whether the server can tell at all; a Prefect server cannot. */
  isKnown: boolean;
  /** When the first slot of time begins; undefined until known. */
  since: string | undefined;
  recorded: readonly boolean[];
  of: (id: string) => OwnerOccupancy | undefined;
  nextOf: (id: string) => NextSlot | undefined;
}

/** The last day of all limits, or of all queues, in one request; live. */
export function useOccupancy(of: "limits" | "queues"): KnownOccupancy {
  const isKnown = useIsPraetor();
  const { data } = useQuery({
    ...query(occupancy.read, { of }),
    enabled: isKnown,
    placeholderData: (previous) => previous,
  });
  const owners = new Map(data?.owners.map((owner) => [owner.id, owner]));
  const next = new Map(data?.next.map((slot) => [slot.id, slot]));
  return {
    isKnown,
    since: data?.since,
    recorded: data?.recorded ?? [],
    of: (id) => owners.get(id),
    nextOf: (id) => next.get(id),
  };
}
