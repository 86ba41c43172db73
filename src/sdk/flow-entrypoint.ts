import type { FlowDefinition, FlowSettings } from "./flow-settings.ts";
import { runHosted } from "./hosted-run.ts";

/**
 * How runners start a flow as a deployment. Found by a registered symbol: the runner may use another copy of this
 * package than the flow, and the flow's copy has to run it.
 */
export const flowEntrypoint = Symbol.for("praetor.flow");

export interface FlowEntrypoint {
  readonly definition: FlowDefinition;
  readonly settings: FlowSettings;
  /** Runs it under an existing run of this process; the token is that of the claimed attempt. */
  runAs(flowRunId: string, token?: string): Promise<void>;
}

export const entrypointOf = (definition: FlowDefinition, settings: FlowSettings): FlowEntrypoint => ({
  definition,
  settings,
  runAs: (id, token) => runHosted({ definition, settings, id, token }),
});

export function flowEntrypointOf(value: unknown): FlowEntrypoint | undefined {
  return isFlow(value) ? value[flowEntrypoint] : undefined;
}

const isFlow = (value: unknown): value is { [flowEntrypoint]: FlowEntrypoint } =>
  typeof value === "function" && flowEntrypoint in value;
