import type { Sorts } from "../lists/list-view.ts";

export type Sort = "name" | "next" | "last" | "status" | "changed" | "newest";

/** Sorts that a Prefect server has; by the next run, the dashboard sorts itself there. */
export const prefectSorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "next", label: "Next run" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];

const [byName, byNext, ...others] = prefectSorts;
export const sorts: Sorts<Sort> = [
  byName,
  ...(byNext ? [byNext] : []),
  { value: "last", label: "Last run" },
  { value: "status", label: "Status" },
  ...others,
];
