import { processType } from "../../../schema/process-pools.ts";
import { type Input, type Route, splitInput } from "../../../schema/route.ts";

/** A call as one would make it in a terminal. */
export function curlOf<R extends Route>(baseUrl: string, route: R, input: Input<R>): string {
  const { path, body } = splitInput(route, { ...(input as object) });
  const method = route.method === "POST" ? "" : ` -X ${route.method}`;
  const json = body === undefined ? "" : ` --json ${quoted(JSON.stringify(body))}`;
  return `curl${method} ${quoted(`${baseUrl}${path}`)}${json}`;
}

/** A word of a shell; bare where that is safe. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The command that starts a worker: ours for pools of type process, Prefect's for the others. */
export const startWorker = (pool: string, type: string = processType): string =>
  `${type === processType ? "praetor" : "prefect"} worker start --pool ${quoted(pool)}`;
