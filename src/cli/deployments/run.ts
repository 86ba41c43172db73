import { deployments } from "../../schema/deployments.ts";
import { unknownWord } from "../../schema/suggestions.ts";
import { connect } from "../connect.ts";
import { printLogs, untilEnded } from "../flow-runs/logs.ts";
import { bold, dim, oneLine, print, printJson, stateText } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findDeployment, fullName, type NamedDeployment } from "./find.ts";
import type { RunOptions } from "./options.ts";

/** Asks for a run; watched, the command ends with it, and fails when it did not complete. */
export async function run(text: string, { param, tag, name, watch, json }: RunOptions): Promise<void> {
  const client = connect();
  const deployment = await findDeployment(client, text);
  refuseUnknown(deployment, Object.keys(param ?? {}));
  const created = await client.call(deployments.createFlowRun, {
    id: deployment.id,
    parameters: param ?? {},
    tags: tag ?? [],
    ...(name === undefined ? {} : { name }),
  });
  if (!json) print(`${bold(oneLine(created.name))}  of ${oneLine(fullName(deployment))}  ${dim(created.id)}`);
  if (!watch) return json ? printJson(created) : undefined;
  // With JSON the lines are left out: one value is printed, and that is the run.
  if (!json) await printLogs(created.id, { follow: true });
  const ended = await untilEnded(client, created.id);
  if (ended.state_type !== "COMPLETED") process.exitCode = 1;
  if (json) return printJson(ended);
  print(`${stateText(ended)}  ${oneLine(ended.state?.message ?? "")}`.trimEnd());
}

/** What the schema of the deployment forbids is refused with the name that was probably meant. */
function refuseUnknown(deployment: NamedDeployment, keys: readonly string[]): void {
  const { properties, additionalProperties } = deployment.parameter_openapi_schema ?? {};
  if (!deployment.enforce_parameter_schema || additionalProperties !== false) return;
  const names = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const unknown = keys.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UserError(`--param: ${unknownWord("parameter", unknown, names)}`);
}
