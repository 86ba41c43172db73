import { expect, test } from "vitest";
import { resourceOf } from "./resources.ts";

const run = "0199e4c1-0000-7000-8000-000000000001";
const task = "0199e4c1-0000-7000-8000-000000000002";
const labels = (id: string, more: Record<string, string> = {}) => ({ "prefect.resource.id": id, ...more });
const named = (id: string, name: string) => labels(id, { "prefect.resource.name": name });

test.each([
  [named(`prefect.flow-run.${run}`, "brave-fox"), "Flow run", "brave-fox", `/runs/${run}`],
  [labels(`prefect.task-run.${task}`), "Task run", "0199e4c1", `/runs/${run}/tasks/${task}`],
  [named("prefect.work-pool.1", "local"), "Work pool", "local", expect.stringContaining("local")],
  [named("prefect.work-queue.2", "fast"), "Work queue", "fast", expect.stringMatching(/local.*fast/)],
  [named("prefect.artifact-collection.3", "sales"), "Artifact", "sales", "/artifacts/key/sales"],
  [labels("shop.orders"), undefined, "shop.orders", undefined],
])("%j is shown as %s %s with the address %s", (of, kind, name, path) => {
  const all = [of, labels(`prefect.flow-run.${run}`), named("prefect.work-pool.1", "local")];
  expect(resourceOf(of, all)).toMatchObject({ kind, name, path });
});
