import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { newId } from "../src/schema/ids.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { noDetails, type State, type StateType } from "../src/schema/states.ts";
import { openStore } from "../src/store/store.ts";

const perTransaction = 1000;

/** Ten flows, all ends that a run can have, spread over a month. */
export async function seedRuns(path: string, count: number): Promise<void> {
  const store = await openStore({ path });
  const now = Date.now();
  const ids: string[] = [];
  for (let index = 0; index < 10; index += 1)
    ids.push((await store.flows.create(flows.create.input.parse({ name: `flow-${index}` }))).row.id);
  for (let first = 0; first < count; first += perTransaction) {
    await store.transaction(async (tx) => {
      for (let index = first; index < first + perTransaction; index += 1) {
        const time = timestamp(now - ((count - index) / count) * 30 * 86_400_000);
        const input = {
          flow_id: ids[index % ids.length] ?? "",
          name: `run-${index}`,
          tags: [`team-${index % 7}`],
          parameters: { index },
        };
        const { row } = await tx.flowRuns.create(flowRuns.create.input.parse(input));
        const state = ended(row.id, index, time);
        const times = {
          start_time: time,
          end_time: time,
          expected_start_time: time,
          total_run_time: index % 600,
          run_count: 1,
        };
        await tx.flowRuns.writeState(row, times, state);
      }
    });
  }
  await store.close();
}

function ended(runId: string, index: number, time: string): State {
  const type: StateType = index % 9 === 0 ? "FAILED" : index % 31 === 0 ? "CRASHED" : "COMPLETED";
  const name = type.charAt(0) + type.slice(1).toLowerCase();
  const message = type === "FAILED" ? `TimeoutError: upstream ${index % 5} did not answer` : null;
  return {
    id: newId(Date.parse(time)),
    type,
    name,
    timestamp: time,
    message,
    data: null,
    state_details: { ...noDetails, flow_run_id: runId },
  };
}
