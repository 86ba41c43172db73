import type { Json } from "../../../schema/scalars.ts";
import { quoted } from "./curl.ts";

/** A deployment as the command line names it. */
export interface Named {
  flow: string;
  name: string;
}

export const fullName = ({ flow, name }: Named): string => `${flow}/${name}`;

/** The same deeds in a terminal. */
export const commands = {
  run: (deployment: Named, { parameters = {}, name, tags = [] }: RunOptions = {}): string =>
    [
      `praetor deployment run ${quoted(fullName(deployment))}`,
      ...parameterOptions("--param", parameters),
      ...(name ? [`--name ${quoted(name)}`] : []),
      ...tags.map((tag) => `--tag ${quoted(tag)}`),
    ].join(" "),
  pause: (deployments: readonly Named[]): string => `praetor deployment pause ${listed(deployments)}`,
  resume: (deployments: readonly Named[]): string => `praetor deployment resume ${listed(deployments)}`,
  delete: (deployments: readonly Named[]): string => `praetor deployment delete ${listed(deployments)}`,
  runAll: (deployments: readonly Named[]): string => `praetor deployment run ${listed(deployments)}`,
  addTags: (deployments: readonly Named[], tags: readonly string[]): string =>
    [`praetor deployment tag ${listed(deployments)}`, ...tags.map((tag) => `--add ${quoted(tag)}`)].join(" "),
  /** A served deployment is started by running its file. */
  serve: (entrypoint: string | null): string =>
    `node ${quoted(entrypoint?.split(":")[0] || "the-file-with-serve.ts")}`,
};

/** `--param day=1`, one for each. */
export const parameterOptions = (option: string, values: Json): string[] =>
  Object.entries(values).map(([key, value]) => `${option} ${quoted(`${key}=${optionText(value)}`)}`);

interface RunOptions {
  parameters?: Json;
  name?: string;
  tags?: readonly string[];
}

/** A value as an option has it: JSON, or text that does not read as JSON as it is. */
function optionText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  try {
    JSON.parse(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}

const listed = (deployments: readonly Named[]): string =>
  deployments.map((deployment) => quoted(fullName(deployment))).join(" ");
