import { objectionToRunAgain } from "../../rules/bulk-verbs.ts";
import { deployments } from "../../schema/deployments.ts";
import { connect } from "../connect.ts";
import { bold, dim, oneLine, print, printJson } from "../terminal.ts";
import { UserError } from "../user-error.ts";
import { findRun } from "./find.ts";
import type { RunAgainOptions } from "./options.ts";

/** Creates a new run of a run's deployment with the same parameters and the given changes. */
export async function runAgain(id: string, options: RunAgainOptions): Promise<void> {
  const { param = {}, jobVariable = {}, tag, name, json } = options;
  const client = connect();
  const run = await findRun(client, id);
  const objection = objectionToRunAgain(run);
  if (objection !== undefined || run.deployment_id === null)
    throw new UserError(`${oneLine(run.name)} cannot be run again: ${objection}.`);
  const made = await client.call(deployments.createFlowRun, {
    id: run.deployment_id,
    parameters: { ...run.parameters, ...param },
    job_variables: { ...run.job_variables, ...jobVariable },
    tags: tag ?? run.tags.filter((one) => one !== "auto-scheduled"),
    ...(name === undefined ? {} : { name }),
  });
  if (json) return printJson(made);
  print(`${bold(oneLine(made.name))}  with the parameters of ${oneLine(run.name)}  ${dim(made.id)}`);
}
