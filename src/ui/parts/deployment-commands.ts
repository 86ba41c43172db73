import type { Json } from "../../schema/scalars.ts";

/** A deployment as the command line names it. */
export interface Named {
  flow: string;
  name: string;
}

export const fullName = ({ flow, name }: Named): string => `${flow}/${name}`;

/** The same deeds in a terminal. */
export const commands = {
  run: (deployment: Named, { parameters = {}, name, at, tags = [] }: RunOptions = {}): string =>
    [
      `praetor deployment run ${shell(fullName(deployment))}`,
      ...Object.entries(parameters).map(
        ([key, value]) => `--param ${shell(`${key}=${JSON.stringify(value)}`)}`,
      ),
      ...(name ? [`--name ${shell(name)}`] : []),
      ...tags.map((tag) => `--tag ${shell(tag)}`),
      ...(at ? [`--at ${at}`] : []),
    ].join(" "),
  pause: (deployments: readonly Named[]): string => `praetor deployment pause ${listed(deployments)}`,
  resume: (deployments: readonly Named[]): string => `praetor deployment resume ${listed(deployments)}`,
  delete: (deployments: readonly Named[]): string => `praetor deployment delete ${listed(deployments)}`,
  startWorker: (pool: string): string => `praetor worker start --pool ${shell(pool)}`,
  /** A served deployment is started by running its file. */
  serve: (entrypoint: string | null): string =>
    `node ${shell(entrypoint?.split(":")[0] || "the-file-with-serve.ts")}`,
};

interface RunOptions {
  parameters?: Json;
  name?: string;
  tags?: readonly string[];
  /** ISO 8601. */
  at?: string;
}

const listed = (deployments: readonly Named[]): string =>
  deployments.map((deployment) => shell(fullName(deployment))).join(" ");

/** In quotes where a shell would read more into it. */
export const shell = (text: string): string =>
  /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
