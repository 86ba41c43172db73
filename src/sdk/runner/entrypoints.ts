import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { FlowDefinition } from "../flow-settings.ts";
import type { ExportedFlow } from "../runner-channel.ts";
import { placeText } from "../stack-frames.ts";
import { startChild } from "./child-process.ts";

/** Where a process that only has the files finds a flow. */
export interface Entrypoint {
  /** Absolute. */
  file: string;
  exportName: string;
}

/** `path/to/file.ts:exportName`. */
export function parseEntrypoint(text: string, folder: string): Entrypoint {
  const colon = text.lastIndexOf(":");
  const exportName = text.slice(colon + 1);
  if (colon <= 0 || exportName === "" || /[/\\]/.test(exportName))
    throw new TypeError(`entrypoint: expected path/to/file.ts:exportName, got ${JSON.stringify(text)}`);
  return { file: resolve(folder, text.slice(0, colon)), exportName };
}

/** Relative to the folder, so that the folder may be moved. */
export function entrypointText({ file, exportName }: Entrypoint, folder: string): string {
  const path = relative(folder, file);
  const isInside = !path.startsWith("..") && !isAbsolute(path);
  return `${isInside ? path.split(sep).join("/") : file}:${exportName}`;
}

/** The given entrypoint, if a process can load the flow from it; without one, the flow's own file is searched. */
export async function findEntrypoint(definition: FlowDefinition, entrypoint?: string): Promise<Entrypoint> {
  if (entrypoint !== undefined) return check(parseEntrypoint(entrypoint, process.cwd()), definition);
  const places = definition.places();
  const made = placeText(places[0]);
  for (const file of new Set(places.map((place) => place.file))) {
    const found = (await flowsOf(file)).find((one) => one.flowName === definition.name && one.place === made);
    if (found) return { file, exportName: found.exportName };
  }
  throw new Error(
    `Flow '${definition.name}' is defined at ${made || "an unknown place"} but no module exports it. Its runs are ` +
      "processes of their own that import it: write `export const … = flow(…)` at the top level of a module, " +
      'or say where it is with entrypoint: "path/to/file.ts:exportName".',
  );
}

async function check(entrypoint: Entrypoint, { name }: FlowDefinition): Promise<Entrypoint> {
  const { file, exportName } = entrypoint;
  if (!existsSync(file)) throw new Error(`entrypoint: there is no file ${file}`);
  const flows = await flowsOf(file);
  const found = flows.find((one) => one.exportName === exportName);
  if (found?.flowName === name) return entrypoint;
  const there = flows.map((one) => `${one.exportName} (${one.flowName})`).join(", ") || "no flow";
  throw new Error(
    `entrypoint: expected ${file} to export the flow '${name}' as ${exportName}; it exports ${there}`,
  );
}

const read = new Map<string, Promise<ExportedFlow[]>>();

/**
 * The exports of a file are listed in a separate process: a file that serves its flows on import cannot
 * be imported here, and load errors should appear now rather than at the first run.
 */
function flowsOf(file: string): Promise<ExportedFlow[]> {
  const known = read.get(file);
  if (known) return known;
  const exported = ask(file);
  read.set(file, exported);
  return exported;
}

async function ask(file: string): Promise<ExportedFlow[]> {
  let flows: ExportedFlow[] = [];
  let problem: string | undefined;
  const child = startChild(["flows", file], {
    cwd: process.cwd(),
    env: {},
    onMessage: (message) => {
      if (message.kind === "flows") flows = message.flows;
      if (message.kind === "unloadable") problem = message.message;
    },
    onLine: () => {},
  });
  await child.ended;
  if (problem !== undefined) throw new Error(`${file} cannot be imported to run its flows: ${problem}`);
  return flows;
}
