import { existsSync } from "node:fs";
import type { Deployment } from "../schema/deployments.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import type { Json } from "../schema/scalars.ts";
import type { WorkPool } from "../schema/work-pools.ts";
import { parseEntrypoint } from "../sdk/runner/entrypoints.ts";
import type { Launch } from "../sdk/runner/run-process.ts";

interface Job {
  env: Record<string, string>;
  workingDir: string | undefined;
  labels: Record<string, string>;
}

/** Whether the flow is code that Node runs. Others are left to other kinds of workers. */
export const isOurs = ({ entrypoint }: Deployment): boolean => /\.[cm]?[jt]sx?:[^:]+$/.test(entrypoint ?? "");

/** The pool's job configuration, with the overrides of deployment and run. */
export function jobOf(pool: WorkPool, deployment: Deployment, run: FlowRun): Job {
  const { job_configuration: configuration, variables } = pool.base_job_template;
  const values = { ...defaultsOf(variables), ...deployment.job_variables, ...run.job_variables };
  const { env, working_dir: folder, labels } = objectOf(fill(configuration ?? {}, values));
  return {
    env: textsOf(env),
    workingDir: typeof folder === "string" && folder !== "" ? folder : undefined,
    labels: textsOf(labels),
  };
}

export function launchOf(deployment: Deployment, { env, workingDir }: Job): Launch {
  const folder = deployment.path && existsSync(deployment.path) ? deployment.path : process.cwd();
  return {
    entrypoint: parseEntrypoint(deployment.entrypoint ?? "", folder),
    cwd: workingDir ?? folder,
    env,
  };
}

function defaultsOf(variables: unknown): Json {
  const properties = Object.entries(objectOf(objectOf(variables).properties));
  return Object.fromEntries(
    properties.flatMap(([name, property]) => {
      const { default: value } = objectOf(property);
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

const whole = /^\{\{\s*([\w.]+)\s*\}\}$/;
const inside = /\{\{\s*([\w.]+)\s*\}\}/g;

/** `{{ name }}` alone gives the unchanged value, within a text its string form. */
function fill(template: unknown, values: Json): unknown {
  if (typeof template === "string") {
    const name = whole.exec(template)?.[1];
    return name === undefined
      ? template.replace(inside, (_, key: string) => String(values[key] ?? ""))
      : values[name];
  }
  if (Array.isArray(template)) return template.map((one) => fill(one, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, fill(one, values)]));
}

const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([key, one]) =>
      one === null || one === undefined ? [] : [[key, String(one)]],
    ),
  );
