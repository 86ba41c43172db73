import { EventCreate } from "../schema/events.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type Flow, flows } from "../schema/flows.ts";
import type { Input } from "../schema/route.ts";
import { noDetails, type State, type StateDetails, type StateType } from "../schema/states.ts";
import type { FlowRunChanges } from "../store/runs/run-changes.ts";
import { newId } from "../store/sql/rows.ts";
import type { Store } from "../store/store.ts";

// Flows, runs and task events for tests of the store. Imports no test runner: child processes use it too.

export interface Clock {
  now(): number;
  time(ms?: number): string;
}
export interface Written {
  readonly store: Store;
  readonly clock: Clock;
}

export const makeFlow = async (
  { store }: Written,
  input: Partial<Input<typeof flows.create>> = {},
): Promise<Flow> => (await store.flows.create(flows.create.input.parse({ name: "etl", ...input }))).row;

export const stateOf = (
  clock: Clock,
  type: StateType,
  more: Partial<Omit<State, "state_details">> & { details?: Partial<StateDetails> } = {},
): State => {
  const { details, ...rest } = more;
  const name = type.charAt(0) + type.slice(1).toLowerCase();
  const own = { id: newId(clock.now()), type, name, timestamp: clock.time(), message: null, data: null };
  return { ...own, state_details: { ...noDetails, ...details }, ...rest };
};

type NewRun = Partial<Input<typeof flowRuns.create>>;

/** A run in the given state, with the corresponding times. */
export async function makeRun(
  fixture: Written,
  flow: Flow,
  input: NewRun = {},
  state: State = stateOf(fixture.clock, "PENDING"),
  changes: FlowRunChanges = {},
): Promise<FlowRun> {
  const started = state.type === "RUNNING" ? { start_time: state.timestamp, run_count: 1 } : {};
  return fixture.store.transaction(async (tx) => {
    const { row } = await tx.flowRuns.create(flowRuns.create.input.parse({ flow_id: flow.id, ...input }));
    return tx.flowRuns.writeState(
      row,
      { expected_start_time: state.timestamp, ...started, ...changes },
      state,
    );
  });
}

interface TaskEvent {
  taskRunId: string;
  flowRunId?: string;
  type: StateType;
  occurred: string;
  id?: string;
  name?: string;
  key?: string;
  dynamicKey?: string;
  run?: Record<string, unknown>;
  state?: Record<string, unknown>;
}

/** The event with which a client reports a state of a task run. */
export function taskEvent({ taskRunId, flowRunId, type, occurred, ...more }: TaskEvent): EventCreate {
  const name = type.charAt(0) + type.slice(1).toLowerCase();
  const id = more.id ?? newId(Date.parse(occurred));
  return EventCreate.parse({
    id,
    occurred,
    event: `prefect.task-run.${name}`,
    resource: {
      "prefect.resource.id": `prefect.task-run.${taskRunId}`,
      "prefect.resource.name": more.name ?? "load-1",
      "prefect.state-type": type,
      "prefect.state-name": name,
      "prefect.state-message": "",
      "prefect.run-count": "1",
      "prefect.orchestration": "client",
    },
    related: flowRunId
      ? [{ "prefect.resource.id": `prefect.flow-run.${flowRunId}`, "prefect.resource.role": "flow-run" }]
      : [],
    payload: {
      intended: { from: null, to: type },
      initial_state: null,
      validated_state: { type, name, message: "", state_details: {}, ...more.state },
      task_run: {
        name: more.name ?? "load-1",
        task_key: more.key ?? "load",
        dynamic_key: more.dynamicKey ?? taskRunId,
        ...more.run,
      },
    },
  });
}
