import { commandRun } from "../client/run-commands.ts";
import { type Deployment, deployments } from "../schema/deployments.ts";
import type { FlowRun as FlowRunRow } from "../schema/flow-runs.ts";
import { timestamp } from "../schema/scalars.ts";
import type { State } from "../schema/states.ts";
import { createSubflowTask } from "./flow-start.ts";
import { Future } from "./future.ts";
import { failedWait, inspectArguments, resolveArguments, UpstreamError } from "./inputs.ts";
import { runDeploymentKinds } from "./option-kinds.ts";
import { checkArgument, checkOptions, text } from "./options.ts";
import { recordable } from "./parameters.ts";
import { currentContext, type Run } from "./run.ts";
import { follow } from "./run-follower.ts";
import { type Session, session } from "./session.ts";
import { Slot } from "./slot.ts";
import { hasEnded, type RunRef, RunStateError, type StateView } from "./state.ts";

export interface RunDeploymentOptions {
  /** Override the deployment's parameters. Futures in them are awaited. */
  parameters?: Record<string, unknown>;
  /** Whether to wait for the end of the run. Default: false. */
  wait?: boolean;
  runName?: string;
  tags?: readonly string[];
  /** Earliest start time. Default: now. */
  scheduledTime?: Date;
  /** Calls with the same key create one run. */
  idempotencyKey?: string;
  jobVariables?: Record<string, unknown>;
  workQueue?: string;
}

/** A run of a deployment, in another process. Its result stays there: `result()` of a completed run gives undefined. */
export class DeploymentRun extends Future<undefined> {
  readonly flowRunId: string;
  readonly flowRunName: string;

  constructor(slot: Slot<undefined>, { id, name }: FlowRunRow) {
    super(slot);
    this.flowRunId = id;
    this.flowRunName = name;
  }
}

/**
 * Creates a run of a deployment. Within a flow it is a subflow, with its node in the graph.
 *
 * @example
 * const run = await runDeployment("daily/every-morning", { parameters: { city: "Oslo" } });
 * await run.result(); // throws when the run has failed
 */
export async function runDeployment(
  name: string,
  options: RunDeploymentOptions = {},
): Promise<DeploymentRun> {
  checkArgument("runDeployment", "the deployment", name, text);
  checkOptions("runDeployment", options, runDeploymentKinds);
  const open = await session();
  open.use();
  try {
    const deployment = await find(open, name);
    const { row, task } = await heldBy(currentContext().run, create(open, deployment, { name, options }));
    const run = new DeploymentRun(slotOf(open, row, task), row);
    if (options.wait) await run.wait();
    return run;
  } finally {
    await open.leave();
  }
}

/** Between its task run and the run itself, the enclosing flow does not end. */
const heldBy = <T>(parent: Run | undefined, made: Promise<T>): Promise<T> => {
  const release = parent?.hold();
  return made.finally(release);
};

function find({ client }: Session, name: string): Promise<Deployment> {
  const slash = name.indexOf("/");
  if (slash <= 0)
    throw new TypeError(`runDeployment: expected "flow/deployment", got ${JSON.stringify(name)}`);
  const [flow_name, deployment_name] = [name.slice(0, slash), name.slice(slash + 1)];
  return client.call(deployments.readByName, { flow_name, deployment_name });
}

interface RunRequest {
  name: string;
  options: RunDeploymentOptions;
}

async function create(open: Session, { id }: Deployment, { name, options }: RunRequest) {
  const { run: parent, tags: scopeTags } = currentContext();
  const parameters = Object.entries(options.parameters ?? {});
  const names = parameters.map(([key]) => key);
  const args = parameters.map(([, value]) => value);
  const values = await settled(names, args);
  const tags = [...new Set([...scopeTags, ...(options.tags ?? [])])];
  const task = parent?.flow
    ? await createSubflowTask(parent, { definition: { name, key: name, names }, tags, args })
    : undefined;
  const { scheduledTime, runName, jobVariables, workQueue } = options;
  const row = await open.client.call(deployments.createFlowRun, {
    id,
    tags,
    parameters: recordable(Object.fromEntries(names.map((key, index) => [key, values[index]]))),
    idempotency_key: options.idempotencyKey ?? crypto.randomUUID(),
    ...(scheduledTime ? { state: scheduledAt(scheduledTime) } : {}),
    ...(runName === undefined ? {} : { name: runName }),
    ...(jobVariables === undefined ? {} : { job_variables: jobVariables }),
    ...(workQueue === undefined ? {} : { work_queue_name: workQueue }),
    ...(task === undefined ? {} : { parent_task_run_id: task }),
  });
  return { row, task };
}

const scheduledAt = (time: Date) => ({
  type: "SCHEDULED" as const,
  state_details: { scheduled_time: timestamp(time.getTime()) },
});

/** Parameters are sent over the network, so futures in them must have ended. */
async function settled(names: readonly string[], args: readonly unknown[]): Promise<unknown[]> {
  const { waits } = inspectArguments(args, {
    names,
    waitFor: undefined,
    lineage: undefined,
    parent: undefined,
  });
  await Promise.all(waits.map(({ slot }) => slot.ended()));
  const failed = failedWait(waits);
  if (failed) throw new UpstreamError(failed);
  return resolveArguments(args);
}

/** The run's state is only followed once a caller needs its end. */
function slotOf(open: Session, row: FlowRunRow, task: string | undefined): Slot<undefined> {
  const ref: RunRef = {
    // In its parent it is represented by a task run.
    kind: task === undefined ? "flow_run" : "task_run",
    id: task ?? row.id,
    name: row.name,
    observed: false,
  };
  const slot = new Slot<undefined>(viewOf(row.state), ref);
  const { run: parent } = currentContext();
  slot.cancel = () => void cancel(open, row.id);
  slot.onDemand = () =>
    void followToEnd(open, row.id).then(
      (view) => {
        slot.settle(
          view,
          view.type === "COMPLETED" ? { value: undefined } : { error: new RunStateError(view, ref) },
        );
        if (view.type !== "COMPLETED" && view.type !== "CANCELLED") parent?.noteFailure(ref);
      },
      (error: unknown) => slot.settle({ ...viewOf(null), type: "CRASHED", name: "Crashed" }, { error }),
    );
  return slot;
}

async function followToEnd(open: Session, id: string): Promise<StateView> {
  open.use();
  try {
    return viewOf(await follow(open, id, { isOver: (state) => hasEnded(viewOf(state)) }));
  } finally {
    await open.leave();
  }
}

const viewOf = (state: State | null): StateView => ({
  id: state?.id ?? "",
  type: state?.type ?? "PENDING",
  name: state?.name ?? "Pending",
  message: state?.message ?? null,
  timestamp: state?.timestamp ?? "",
});

/** A run that has ended, or is being cancelled by a user, is left as it is. */
async function cancel({ client }: Session, id: string): Promise<void> {
  await commandRun(client, "cancel", { id });
}
