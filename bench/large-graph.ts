// A run of 100,000 task runs by groups and pages: time and size of each response.
//
//   node bench/large-graph.ts [--tasks 100000]
//
// Half of them extract, each of the others loads the result of one of these. Prints JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EventCreate } from "../src/schema/events.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { graphs } from "../src/schema/graphs.ts";
import { newId } from "../src/schema/ids.ts";
import { openStore } from "../src/store/store.ts";

const { values } = parseArgs({ options: { tasks: { type: "string", default: "100000" } } });
const count = Number(values.tasks);
const half = Math.floor(count / 2);
const folder = mkdtempSync(join(tmpdir(), "praetor-graph-"));
const store = await openStore({ path: join(folder, "praetor.db") });
const flow = await store.flows.create(flows.create.input.parse({ name: "bench" }));
const { row: run } = await store.flowRuns.create(flowRuns.create.input.parse({ flow_id: flow.row.id }));
const ids = Array.from({ length: count }, () => newId(Date.now()));

for (let at = 0; at < count; at += 500) {
  await store.ingest(ids.slice(at, at + 500).flatMap((id, index) => eventsOf(id, at + index)));
}

function eventsOf(id: string, index: number): EventCreate[] {
  const task_key = index < half ? "extract" : "load";
  const upstream = { input_type: "task_run", id: ids[index - half] };
  const task_inputs = index < half ? {} : { city: [upstream] };
  return ["RUNNING", "COMPLETED"].map((type, step) =>
    EventCreate.parse({
      ...{ id: newId(Date.now()), occurred: new Date(Date.now() + step).toISOString() },
      event: `prefect.task-run.${type === "RUNNING" ? "Running" : "Completed"}`,
      resource: {
        "prefect.resource.id": `prefect.task-run.${id}`,
        "prefect.state-type": type,
        "prefect.orchestration": "client",
      },
      related: [{ "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.resource.role": "flow-run" }],
      payload: {
        validated_state: { type, name: type === "RUNNING" ? "Running" : "Completed", state_details: {} },
        task_run: { name: `${task_key}-${index}`, task_key, dynamic_key: String(index), task_inputs },
      },
    }),
  );
}

async function measure<T>(read: () => Promise<T>) {
  await read();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const bytes = JSON.stringify(await read()).length;
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ms: Math.round(ms),
    cpuMs: Math.round((user + system) / 1000),
    kilobytes: Math.round(bytes / 1000),
  };
}

/** As the dashboard reads it. */
async function inParts(brief: boolean) {
  const parts = [];
  for (let after: string | null | undefined; after !== null; ) {
    const part = await store.graphs.readPage(
      graphs.readPage.input.parse({ id: run.id, brief, after: after ?? undefined }),
    );
    parts.push(part);
    after = part?.next ?? null;
  }
  return parts;
}

const nodes = (input: object) => store.graphs.nodes(graphs.nodes.input.parse({ id: run.id, ...input }));
const middle = JSON.stringify(["load", String(half + half / 2)]);
const figures = {
  tasks: count,
  wholeInParts: await measure(() => inParts(false)),
  wholeInBriefParts: await measure(() => inParts(true)),
  onePart: await measure(() => store.graphs.readPage(graphs.readPage.input.parse({ id: run.id }))),
  groups: await measure(() => store.graphs.groups(run.id)),
  firstPage: await measure(() => nodes({ task_key: "extract" })),
  middlePage: await measure(() => nodes({ task_key: "load", after: middle })),
  failedOnly: await measure(() => nodes({ state_types: ["FAILED"] })),
  edges: await measure(() =>
    store.graphs.edges({ id: run.id, ids: [...ids.slice(0, 500), ...ids.slice(half, half + 500)] }),
  ),
  changes: await measure(() => store.graphs.changes({ id: run.id, since: store.seq() - 200 })),
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
await store.close();
rmSync(folder, { recursive: true });
