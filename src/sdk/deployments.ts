import {
  type DeployedFlow,
  type DeploymentOptions,
  type FlowDeployment,
  type ServeOptions,
  schedulesOf,
} from "./deployment-options.ts";
import type { FlowEntrypoint } from "./flow-entrypoint.ts";
import { deploymentKinds, serveKinds } from "./option-kinds.ts";
import { checkOptions, shown } from "./options.ts";
import { isLoading, whileLoadingText } from "./runner-channel.ts";

export interface DeploymentVerbs {
  /** The flow with deployment options, for `serve`. */
  toDeployment(options: DeploymentOptions): FlowDeployment;
  /**
   * Runs the flow on its schedules and on request, until the process is asked to stop.
   *
   * @example
   * if (import.meta.main) await daily.serve({ name: "every-morning", cron: "0 6 * * *" });
   */
  serve(options: DeploymentOptions & Pick<ServeOptions, "pauseOnShutdown">): Promise<void>;
  /** Registers the flow as a deployment that the workers of a pool run. */
  deploy(options: DeploymentOptions & { workPool: string }): Promise<DeployedFlow>;
}

export function deploymentVerbs(flow: FlowEntrypoint): DeploymentVerbs {
  // Invalid options are reported where they were written.
  const prepared = (verb: string, options: DeploymentOptions): FlowDeployment => {
    checkOptions(verb, options, deploymentKinds, "name");
    schedulesOf(options);
    return { flow, options };
  };
  return {
    toDeployment: (options) => prepared("toDeployment", options),
    async serve(serveOptions) {
      checkOptions(
        "serve",
        serveOptions,
        { ...deploymentKinds, pauseOnShutdown: serveKinds.pauseOnShutdown },
        "name",
      );
      const { pauseOnShutdown, ...options } = serveOptions;
      await serve(prepared("serve", options), {
        ...(pauseOnShutdown === undefined ? {} : { pauseOnShutdown }),
      });
    },
    async deploy(options) {
      checkOptions("deploy", options, deploymentKinds, "name", "workPool");
      if (isLoading()) throw new Error(whileLoadingText(`Flow '${flow.definition.name}' is deployed`));
      const { deploy } = await import("./runner/register.ts");
      return deploy(prepared("deploy", options));
    },
  };
}

/**
 * Runs several flows on their schedules from one process. Each run has its own process.
 *
 * @example
 * await serve(load.toDeployment({ name: "hourly", cron: "0 * * * *" }), report.toDeployment({ name: "daily" }));
 */
export async function serve(...args: [...FlowDeployment[], FlowDeployment | ServeOptions]): Promise<void> {
  // A file that serves its flows is also imported by the processes of their runs.
  if (isLoading()) return;
  const deployments = args.filter(isDeployment);
  const [options = {}] = args.filter(isOptions);
  const strange = args.find((one) => !isDeployment(one) && (typeof one !== "object" || one !== args.at(-1)));
  if (strange !== undefined) {
    const expected = "expected deployments, made with `flow.toDeployment({ name: … })`";
    throw new TypeError(`serve: ${expected}, and options at the end, got ${shown(strange)}`);
  }
  checkOptions("serve", options, serveKinds);
  const { serveAll } = await import("./runner/serve.ts");
  await serveAll(deployments, options);
}

const isOptions = (options: FlowDeployment | ServeOptions): options is ServeOptions => !isDeployment(options);
const isDeployment = (options: unknown): options is FlowDeployment =>
  typeof options === "object" && options !== null && "flow" in options && "options" in options;
