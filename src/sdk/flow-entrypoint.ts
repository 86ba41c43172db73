import type { FlowDefinition, FlowSettings } from "./flow-settings.ts";
import { runHosted } from "./hosted-run.ts";

/**
 * The way into a flow for whoever runs it as a deployment. By a registered symbol, because a runner may be of
 * another copy of this package than the flow: the copy that made the flow has to run it.
 */
export const flowEntrypoint = Symbol.for("praetor.flow");

export interface FlowEntrypoint {
  readonly definition: FlowDefinition;
  readonly settings: FlowSettings;
  /** Runs it under a run that this process has been started for; the token is that of the attempt it was claimed for. */
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
