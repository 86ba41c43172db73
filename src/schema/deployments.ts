import { column, filterOf } from "./filter.ts";

export const DeploymentFilter = filterOf({
  id: column("uuid", ["any_", "not_any_"]),
  name: column("text", ["any_", "like_"]),
  flow_or_deployment_name: column("text", ["like_"]),
  paused: column("text", ["eq_"]),
  tags: column("text", ["all_", "any_", "is_null_"], { combines: true }),
  work_queue_name: column("text", ["any_"]),
  concurrency_limit: column("number", ["ge_", "le_", "is_null_"]),
});
