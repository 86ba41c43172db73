import type { Sorts } from "../lists/list-view.ts";

export type Sort = "type" | "name" | "z";

export const sorts: Sorts<Sort> = [
  { value: "type", label: "Type and name" },
  { value: "name", label: "Name" },
  { value: "z", label: "Name, Z to A" },
];

export const wireSort = {
  type: "BLOCK_TYPE_AND_NAME_ASC",
  name: "NAME_ASC",
  z: "NAME_DESC",
} as const satisfies Record<Sort, string>;
