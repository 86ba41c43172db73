import { artifacts } from "../../src/schema/artifacts.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { events } from "../../src/schema/events.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import { newId } from "../../src/schema/ids.ts";
import type { Input } from "../../src/schema/route.ts";
import { timestamp } from "../../src/schema/scalars.ts";
import { variables } from "../../src/schema/variables.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import type { World } from "../../src/testing/world.ts";

/** Rows that hostile requests scan: one of each noun, and many runs and events. */
export async function seed(
  world: World,
  { runs, events: reported }: { runs: number; events: number },
): Promise<Record<string, string>> {
  const flow = await world.call(flows.create, { name: "etl", tags: ["a", "b"] });
  const pool = await world.call(workPools.create, { name: "pool", type: "process" });
  const deployment = await world.call(deployments.create, {
    ...{ name: "nightly", flow_id: flow.id, work_pool_name: pool.name, tags: ["a", "b", "c"] },
  });
  const tags = ["a", "b", "tags-1", "all_-1"];
  const made = [];
  for (let at = 0; at < runs; at++) {
    made.push(
      await world.call(flowRuns.create, {
        ...{
          flow_id: flow.id,
          deployment_id: deployment.id,
          tags,
          name: `run-${at}`,
          idempotency_key: String(at),
        },
        state: { type: at % 2 === 0 ? "COMPLETED" : "SCHEDULED" },
      }),
    );
  }
  const [flowRun] = made;
  if (!flowRun) throw new Error("Expected a run at least.");
  const task = await world.taskRun({ flowRun, tags });
  for (let at = 0; at < runs / 10; at++) await world.taskRun({ flowRun, tags });
  const { id: artifact } = await world.call(artifacts.create, {
    key: "report",
    type: "markdown",
    data: "#",
    flow_run_id: flowRun.id,
  });
  const { id: variable } = await world.call(variables.create, { name: "name", value: 1, tags });
  for (let first = 0; first < reported; first += 200) {
    await world.call(events.create, {
      events: Array.from({ length: 200 }, (_, at) => eventOf(first + at, world.now())),
    });
  }
  return {
    ...{ flows: flow.id, deployments: deployment.id, "flow-runs": flowRun.id, "task-runs": task.id },
    ...{ artifacts: artifact, variables: variable, graphs: flowRun.id, "work-pools": pool.name },
  };
}

/** Each with its own labels and related resources, and some shared ones. */
const eventOf = (at: number, now: number): Input<typeof events.create>["events"][number] => ({
  id: newId(now),
  occurred: timestamp(now - at),
  event: `shop.order.${at % 50}`,
  resource: { "prefect.resource.id": `order.${at}`, colour: "red", "label.0": "x" },
  related: [
    { "prefect.resource.id": "id-1", "prefect.resource.role": "customer", kind: "one" },
    {
      "prefect.resource.id": `batch.${Math.floor(at / 20)}`,
      "prefect.resource.role": "batch",
      "label.0": "x",
    },
  ],
  payload: { at },
});
