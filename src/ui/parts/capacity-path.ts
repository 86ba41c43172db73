/** The place of a limit on the slot board. */
export const limitPath = (name: string): string => `/capacity?${new URLSearchParams({ limit: name })}`;
