// The process of one run of a deployment: imports the file of its entrypoint and runs the flow found there.
//
//   child.js run FILE EXPORT FLOW_RUN_ID TOKEN
//   child.js flows FILE
import { pathToFileURL } from "node:url";
import { errorText, errorTitle } from "../errors.ts";
import { flowEntrypointOf } from "../flow-entrypoint.ts";
import { type ExportedFlow, sendToRunner, whileLoading } from "../runner-channel.ts";
import { placeText } from "../stack-frames.ts";

const longestLoad = 60_000;
const [, , task, file = "", exportName = "", flowRunId = "", token] = process.argv;

try {
  const exported = await load();
  if (task === "flows") sendToRunner({ kind: "flows", flows: flowsOf(exported) });
  else await run(exported);
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  sendToRunner({ kind: "unloadable", message: errorTitle(error) });
  process.exitCode = 1;
}
// Handles left open by user modules must not block the slot.
if (process.connected) process.send?.({ kind: "over" }, undefined, undefined, () => process.exit());
else process.exit();

function load(): Promise<Record<string, unknown>> {
  const timer = setTimeout(() => {
    process.stderr.write(`${file} was not loaded within ${longestLoad / 1000} s.\n`);
    const message = `${file} was not loaded within ${longestLoad / 1000} s. What it does beside defining flows belongs under \`if (import.meta.main)\`.`;
    sendToRunner({ kind: "unloadable", message });
    process.exit(1);
  }, longestLoad);
  return whileLoading<Record<string, unknown>>(() => import(pathToFileURL(file).href)).finally(() =>
    clearTimeout(timer),
  );
}

function run(exported: Record<string, unknown>): Promise<void> {
  const door = flowEntrypointOf(exported[exportName]);
  if (door) return door.runAs(flowRunId, token);
  const there = flowsOf(exported).map((one) => one.exportName);
  throw new Error(
    `expected ${file} to export the flow '${exportName}'; it exports ${there.length > 0 ? there.join(", ") : "no flow"}`,
  );
}

function flowsOf(exported: Record<string, unknown>): ExportedFlow[] {
  return Object.entries(exported).flatMap(([name, value]) => {
    const door = flowEntrypointOf(value);
    if (!door) return [];
    const { definition } = door;
    return [{ exportName: name, flowName: definition.name, place: placeText(definition.places()[0]) }];
  });
}
