import { deployFile } from "../../worker/deploy.ts";
import { serverAddress, settingsOf } from "../connect.ts";
import { bold, dim, oneLine, print, printJson } from "../terminal.ts";
import { explain, UserError } from "../user-error.ts";
import type { DeployOptions } from "./options.ts";

export async function deploy(target: string, options: DeployOptions): Promise<void> {
  const { json, param, pool, queue, tag, ...rest } = options;
  const server = { ...serverAddress(settingsOf(process.env)), printLevel: "silent" as const };
  const deployed = await deployFile(server, target, {
    ...rest,
    ...(param ? { parameters: param } : {}),
    ...(tag ? { tags: tag } : {}),
    ...(pool === undefined ? {} : { workPool: pool }),
    ...(queue === undefined ? {} : { workQueue: queue }),
  }).catch((error: Error) => {
    // Errors in the file or its options are user errors.
    throw new UserError(
      error.name === "Error" || error instanceof TypeError ? error.message : explain(error),
    );
  });
  if (json) return printJson(deployed);
  for (const { name, id } of deployed) print(`${bold(oneLine(name))}  deployed  ${dim(id)}`);
}
