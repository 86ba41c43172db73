import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { FlowDeployment, ServeOptions } from "../deployment-options.ts";
import { type Session, session } from "../session.ts";
import { type Entrypoint, findEntrypoint } from "./entrypoints.ts";
import { register } from "./register.ts";
import { Runner, type Source } from "./runner.ts";
import { untilStopped } from "./stop-signals.ts";

const defaultLimit = 5;

interface ServedDeployment {
  /** `flow/deployment`. */
  name: string;
  deployment: Deployment;
  entrypoint: Entrypoint;
}

/** Registers the deployments and starts their runs until the process is asked to stop. */
export async function serveAll(
  deployments: readonly FlowDeployment[],
  { limit = defaultLimit, pauseOnShutdown = true }: ServeOptions,
): Promise<void> {
  if (deployments.length === 0) throw new TypeError("serve: expected at least one deployment");
  const open = await session();
  if (!open.transport.isServer)
    throw new Error(
      "serve: the runs are processes of their own and need a server they can reach. Start one with `praetor server start`, or set PRAETOR_API_URL.",
    );
  open.use();
  try {
    const served = await Promise.all(deployments.map((one) => registerDeployment(open, one)));
    const runner = new Runner({
      session: open,
      source: sourceOf(open, served),
      limit,
      grace: 30_000,
    });
    runner.start();
    for (const { name } of served) open.logs.print("info", `Serving ${name}`);
    await untilStopped(runner, async () => {
      if (pauseOnShutdown) await pauseAll(open, served);
    });
  } finally {
    await open.leave();
  }
}

async function registerDeployment(open: Session, deployments: FlowDeployment): Promise<ServedDeployment> {
  const entrypoint = await findEntrypoint(deployments.flow.definition, deployments.options.entrypoint);
  const name = `${deployments.flow.definition.name}/${deployments.options.name}`;
  return { name, entrypoint, deployment: await register(open, deployments, entrypoint) };
}

function sourceOf(open: Session, served: readonly ServedDeployment[]): Source {
  const known = new Map(served.map((one) => [one.deployment.id, one]));
  const deployment_ids = [...known.keys()];
  return {
    resources: deployment_ids.map((id) => `prefect.deployment.${id}`),
    due: (scheduled_before, limit) =>
      open.client.call(deployments.scheduledRuns, { deployment_ids, scheduled_before, limit }),
    async launch(run) {
      const found = known.get(run.deployment_id ?? "");
      const env = open.transport.environment ?? {};
      return found && { entrypoint: found.entrypoint, cwd: process.cwd(), env };
    },
  };
}

async function pauseAll(open: Session, served: readonly ServedDeployment[]): Promise<void> {
  await Promise.all(
    served.map(({ deployment: { id } }) =>
      // A deployment that was deleted meanwhile cannot be paused.
      open.client.call(deployments.update, { id, paused: true }).catch(() => {}),
    ),
  );
}
