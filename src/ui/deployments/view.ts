import type { Sorts } from "../lists/list-view.ts";

export type Sort = "name" | "next" | "changed" | "newest";

export const sorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "next", label: "Next run" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];
