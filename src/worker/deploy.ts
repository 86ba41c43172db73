import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DeployedFlow, DeploymentOptions, FlowDeployment } from "../sdk/deployment-options.ts";
import type { Duration } from "../sdk/duration.ts";
import { flowEntrypointOf } from "../sdk/flow-entrypoint.ts";
import { type HttpOptions, httpTransport } from "../sdk/http-transport.ts";
import { findEntrypoint, parseEntrypoint } from "../sdk/runner/entrypoints.ts";
import { register } from "../sdk/runner/register.ts";
import { whileLoading } from "../sdk/runner-channel.ts";
import { Session } from "../sdk/session.ts";

type GivenOptions = Partial<Omit<DeploymentOptions, "interval">> & { interval?: string };

/** Deploys one flow of a file, or all deployments that the file exports. */
export async function deployFile(
  server: HttpOptions,
  target: string,
  { interval, ...rest }: GivenOptions,
): Promise<DeployedFlow[]> {
  const options = interval === undefined ? rest : { ...rest, interval: durationOf(interval) };
  const chosen = await choose(target, options);
  for (const { options: own } of chosen)
    if (own.workPool === undefined)
      throw new Error(`'${own.name}' has no work pool: nobody would run it. Name one with --pool.`);
  const session = new Session(httpTransport(server));
  try {
    const deployed: DeployedFlow[] = [];
    for (const deployment of chosen) {
      const { flow, options: own } = deployment;
      const entrypoint = await findEntrypoint(flow.definition, own.entrypoint);
      const { id } = await register(session, deployment, entrypoint);
      deployed.push({ id, name: `${flow.definition.name}/${own.name}` });
    }
    return deployed;
  } finally {
    await session.close();
  }
}

async function choose(target: string, options: Partial<DeploymentOptions>): Promise<FlowDeployment[]> {
  const isWhole = existsSync(target);
  const { file, exportName } = isWhole
    ? { file: resolve(target), exportName: undefined }
    : parseEntrypoint(target, process.cwd());
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const exported = await whileLoading<Record<string, unknown>>(() => import(pathToFileURL(file).href));
  if (exportName !== undefined) return [deploymentFrom(exported[exportName], { file, exportName, options })];
  const all = Object.values(exported).filter(isDeployment);
  if (all.length === 0)
    throw new Error(
      `${file} exports no deployment. Export \`flow.toDeployment({ … })\`, or name a flow: ${target}:exportName`,
    );
  return all.map((one) => ({ ...one, options: { ...one.options, ...options } }));
}

interface Chosen {
  file: string;
  exportName: string;
  options: Partial<DeploymentOptions>;
}

function deploymentFrom(value: unknown, { file, exportName, options }: Chosen): FlowDeployment {
  if (isDeployment(value)) return { ...value, options: { ...value.options, ...options } };
  const flow = flowEntrypointOf(value);
  if (!flow) throw new Error(`expected ${file} to export a flow or a deployment as '${exportName}'`);
  const { name } = options;
  if (name === undefined) throw new Error("A deployment needs a name: give one with --name.");
  return { flow, options: { entrypoint: `${file}:${exportName}`, ...options, name } };
}

const isDeployment = (value: unknown): value is FlowDeployment =>
  typeof value === "object" &&
  value !== null &&
  "flow" in value &&
  "options" in value &&
  typeof value.flow === "object" &&
  value.flow !== null &&
  "runAs" in value.flow;

const pattern = /^\d+(\.\d+)?(ms|s|m|h|d)$/;
const isDuration = (text: string): text is Exclude<Duration, number> => pattern.test(text);

function durationOf(text: string): Duration {
  if (isDuration(text)) return text;
  const number = Number(text);
  if (text.trim() !== "" && number > 0) return number;
  throw new TypeError(`--interval: expected seconds, or a time such as 15m, 2h or 1d, got ${text}`);
}
