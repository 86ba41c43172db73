import type { Sorts } from "../lists/list-view.ts";

export type Sort = "name" | "z" | "changed" | "newest";

export const sorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "z", label: "Name, Z to A" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];

export const wireSort = {
  name: "NAME_ASC",
  z: "NAME_DESC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;
