/** The place of a limit on the slot board. */
export const limitPath = (name: string): string => `/capacity?${new URLSearchParams({ limit: name })}`;

/** The place of a work pool among the pools. */
export const poolPath = (name: string): string =>
  `/capacity?${new URLSearchParams({ tab: "pools", pool: name })}`;

export const queuePath = (pool: string, queue: string): string =>
  `/capacity?${new URLSearchParams({ tab: "pools", pool, queue })}`;
