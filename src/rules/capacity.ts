// Whether a work pool or a queue gives out runs. Dispatch to workers and the explanation of why a run waits use
// the same functions, so that an explanation cannot differ from what happens.

/** A work pool or a queue. */
export interface Place {
  is_paused: boolean;
  concurrency_limit: number | null;
  /** Runs that are pending or running there; null where there is no limit to count against. */
  active_slots: number | null;
}

/** How many more runs may be pending or running. */
export const roomIn = ({ concurrency_limit, active_slots }: Place): number =>
  concurrency_limit === null
    ? Number.POSITIVE_INFINITY
    : Math.max(0, concurrency_limit - (active_slots ?? 0));

/** How many runs it may give out now. */
export const mayGive = (place: Place): number => (place.is_paused ? 0 : roomIn(place));
