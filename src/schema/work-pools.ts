import { column, filterOf } from "./filter.ts";

export const WorkPoolFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_"]),
  type: column("text", ["any_"]),
});

export const WorkQueueFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_", "startswith_"]),
});
