import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { FlowRun, flowRunOf } from "./flow-run.ts";
import type { FlowDefinition, FlowSettings } from "./flow-settings.ts";
import { inspectArguments } from "./inputs.ts";
import { recordOf } from "./parameter-record.ts";
import { argumentsOf, fillTemplate, parametersOf } from "./parameters.ts";
import { currentContext, type Run } from "./run.ts";
import type { Session } from "./session.ts";

export interface FlowCall {
  definition: FlowDefinition;
  settings: FlowSettings;
  args: readonly unknown[];
}
/** An existing run. */
export interface ClaimedRun {
  definition: FlowDefinition;
  settings: FlowSettings;
  id: string;
  /** Token of the attempt that claimed the run. */
  token?: string | undefined;
}
export interface StartedRun {
  run: FlowRun;
  args: readonly unknown[];
  /** The task run that represents it in its parent. */
  task?: string | undefined;
}

/** Records a call as a new flow run. */
export async function createRun(
  { definition, settings, args }: FlowCall,
  open: Session,
): Promise<StartedRun> {
  const { run: parent, tags: scopeTags } = currentContext();
  const tags = [...new Set([...scopeTags, ...settings.tags])];
  const [flowId, task] = await Promise.all([
    open.flowId(definition.name),
    parent?.flow ? createSubflowTask(parent, { definition, tags, args }) : undefined,
  ]);
  const row = await open.client.call(flowRuns.create, {
    flow_id: flowId,
    name: nameOf(settings, definition, args),
    state: { type: "PENDING" },
    parameters: recordOf(parametersOf(definition, args)),
    tags,
    // Created once, even when the response was lost and the request is repeated.
    idempotency_key: crypto.randomUUID(),
    empirical_policy: { retries: settings.retries, retry_delay: Math.round(settings.retryDelay) },
    ...(definition.version === undefined ? {} : { flow_version: definition.version }),
    ...(task === undefined ? {} : { parent_task_run_id: task }),
  });
  return { run: new FlowRun({ definition, settings, session: open, row, parent, scopeTags }), args, task };
}

interface SubflowTask {
  definition: Pick<FlowDefinition, "name" | "key" | "names">;
  tags: string[];
  args: readonly unknown[];
}

/** The task run that represents a subflow in the calling flow. The server mirrors the states onto it. */
export async function createSubflowTask(
  parent: Run,
  { definition, tags, args }: SubflowTask,
): Promise<string | undefined> {
  const flow = flowRunOf(parent);
  if (!flow) return undefined;
  const count = flow.countCall(definition.key);
  const { inputs } = inspectArguments(args, {
    names: definition.names,
    waitFor: undefined,
    lineage: flow.lineage,
    parent: parent.ref,
  });
  const row = await flow.client.call(taskRuns.create, {
    name: `${definition.name}-${count}`,
    flow_run_id: flow.id,
    task_key: definition.key,
    dynamic_key: flow.callKey(count),
    tags,
    task_inputs: inputs,
    state: { type: "PENDING" },
  });
  return row.id;
}

function nameOf(
  { runName }: FlowSettings,
  { names }: FlowDefinition,
  args: readonly unknown[],
): string | null {
  if (runName === undefined) return null;
  return typeof runName === "string"
    ? fillTemplate(runName, names, args)
    : String(Reflect.apply(runName, undefined, args));
}

/** Takes over a claimed run in this process. */
export async function loadClaimedRun(
  { definition, settings, id, token }: ClaimedRun,
  open: Session,
): Promise<StartedRun> {
  const row = await open.client.call(flowRuns.read, { id });
  const [deployment] = await Promise.all([
    row.deployment_id ? open.client.call(deployments.read, { id: row.deployment_id }) : undefined,
    open.client.call(flowRuns.update, {
      id,
      ...(definition.version === undefined ? {} : { flow_version: definition.version }),
      empirical_policy: {
        ...row.empirical_policy,
        retries: settings.retries,
        retry_delay: Math.round(settings.retryDelay),
      },
    }),
  ]);
  const run = new FlowRun({
    definition,
    settings,
    session: open,
    row,
    parent: undefined,
    scopeTags: [],
    token,
    ...(deployment ? { deployment } : {}),
  });
  return { run, args: argumentsOf(definition, row.parameters) };
}
