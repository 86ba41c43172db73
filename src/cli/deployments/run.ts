import type { Client } from "../../client/client.ts";
import { deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { unknownWord } from "../../schema/suggestions.ts";
import { connect } from "../connect.ts";
import { printLogs, untilEnded } from "../flow-runs/logs.ts";
import { bold, dim, oneLine, print, printJson, stateText } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findDeployment, fullName, type NamedDeployment } from "./find.ts";
import type { RunOptions } from "./options.ts";

/** Creates a run of each; with `--watch`, the command ends with the last one, and fails when one did not complete. */
export async function run(texts: readonly string[], options: RunOptions): Promise<void> {
  const client = connect();
  const found = await Promise.all([...new Set(texts)].map((text) => findDeployment(client, text)));
  for (const deployment of found) refuseUnknown(deployment, Object.keys(options.param ?? {}));
  const runs: FlowRun[] = [];
  for (const deployment of found) runs.push(await runOne(client, deployment, options));
  if (options.json) printJson(runs.length === 1 ? runs[0] : runs);
}

/** With JSON the log lines are omitted: one value is printed, the runs. */
async function runOne(
  client: Client,
  deployment: NamedDeployment,
  { param, tag, name, watch, json }: RunOptions,
): Promise<FlowRun> {
  const created = await client.call(deployments.createFlowRun, {
    id: deployment.id,
    parameters: param ?? {},
    tags: tag ?? [],
    ...(name === undefined ? {} : { name }),
  });
  if (!json) print(`${bold(oneLine(created.name))}  of ${oneLine(fullName(deployment))}  ${dim(created.id)}`);
  if (!watch) return created;
  if (!json) await printLogs(created.id, { follow: true });
  const ended = await untilEnded(client, created.id);
  if (ended.state_type !== "COMPLETED") process.exitCode = 1;
  if (!json) print(`${stateText(ended)}  ${oneLine(ended.state?.message ?? "")}`.trimEnd());
  return ended;
}

/** Parameters that the deployment's schema forbids are refused with a suggestion. */
function refuseUnknown(deployment: NamedDeployment, keys: readonly string[]): void {
  const { properties, additionalProperties } = deployment.parameter_openapi_schema ?? {};
  if (!deployment.enforce_parameter_schema || additionalProperties !== false) return;
  const names = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const unknown = keys.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UserError(`--param: ${unknownWord("parameter", unknown, names)}`);
}
