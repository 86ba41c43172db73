import { type Deployment, deployments } from "../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type WorkPool, workPools } from "../schema/work-pools.ts";
import { workers } from "../schema/workers.ts";
import { type HttpOptions, httpTransport } from "../sdk/http-transport.ts";
import { Runner, type Source } from "../sdk/runner/runner.ts";
import { untilStopped } from "../sdk/runner/stop-signals.ts";
import { Session } from "../sdk/session.ts";
import { isOurs, jobOf, launchOf } from "./jobs.ts";
import { openPool } from "./pools.ts";
import { type WorkerIdentity, workerEvent } from "./worker-events.ts";

export interface WorkerOptions {
  server: HttpOptions;
  pool: string;
  name: string;
  /** All queues of the pool if empty. */
  queues: readonly string[];
  /** Maximum concurrent runs. */
  limit: number;
  mayCreatePool: boolean;
  /** Seconds that runs have to end when the worker stops. */
  grace: number;
}

const heartbeatSeconds = 10;

/** Starts the due runs of a pool, each in its own process, until the process is asked to stop. */
export async function startWorker(options: WorkerOptions, onReady: (pool: WorkPool) => void): Promise<void> {
  const { pool: poolName, name, limit, grace } = options;
  const session = new Session(httpTransport(options.server));
  try {
    const pool = await openPool(session.client, poolName, options.mayCreatePool);
    const identity = { name, pool };
    const stopBeating = await beat(session, identity);
    const runner = new Runner({
      session,
      source: sourceOf(session, identity, options),
      limit,
      grace: grace * 1000,
    });
    runner.start();
    session.events.send(workerEvent("started", identity));
    onReady(pool);
    await untilStopped(runner, async () => {});
    await stopBeating();
    session.events.send(workerEvent("stopped", identity));
  } finally {
    await session.close();
  }
}

/** Returns the function that stops it. */
async function beat(session: Session, { name, pool }: WorkerIdentity): Promise<() => Promise<void>> {
  const sendHeartbeat = (heartbeat_interval_seconds: number) =>
    session.client.call(workers.heartbeat, { pool: pool.name, name, heartbeat_interval_seconds });
  await sendHeartbeat(heartbeatSeconds);
  // A lost heartbeat is followed by another.
  const timer = setInterval(
    () => void sendHeartbeat(heartbeatSeconds).catch(() => {}),
    heartbeatSeconds * 1000,
  );
  return async () => {
    clearInterval(timer);
    // The wire has no message for leaving: a heartbeat that announces the next within a second soon counts as missed.
    await sendHeartbeat(1).catch(() => {});
  };
}

function sourceOf(session: Session, identity: WorkerIdentity, { queues, server }: WorkerOptions): Source {
  const { client } = session;
  const foreign = new Set<string>();
  const headers = { "x-prefect-worker-name": identity.name };
  return {
    resources: [`prefect.work-pool.${identity.pool.id}`],
    async due(scheduled_before, limit) {
      const queueNames = queues.length > 0 ? { work_queue_names: [...queues] } : {};
      const input = { name: identity.pool.name, scheduled_before, limit, ...queueNames };
      const found = await client.call(workPools.scheduledRuns, input, { headers });
      return found.map(({ flow_run }) => flow_run).filter((run) => !foreign.has(run.deployment_id ?? ""));
    },
    async launch(run) {
      const deployment = await deploymentOf(session, run);
      if (!deployment) return undefined;
      if (!isOurs(deployment)) {
        foreign.add(deployment.id);
        const { entrypoint } = deployment;
        session.logs.print(
          "warning",
          `'${deployment.name}' is left to other workers: ${entrypoint} is not run by Node`,
        );
        return undefined;
      }
      // The template may have changed since the worker started.
      const pool = await client.call(workPools.read, { name: identity.pool.name });
      const launch = launchOf(deployment, jobOf(pool, deployment, run));
      return { ...launch, env: { ...launch.env, PRAETOR_API_URL: server.apiUrl } };
    },
    onStart(run) {
      void label(session, identity, run);
      session.events.send(workerEvent("submitted-flow-run", identity, run));
    },
    onEnd: (run) => session.events.send(workerEvent("executed-flow-run", identity, run)),
  };
}

async function deploymentOf({ client }: Session, run: FlowRun): Promise<Deployment | undefined> {
  return run.deployment_id === null ? undefined : client.call(deployments.read, { id: run.deployment_id });
}

/** Records on the run which worker started it. */
async function label({ client }: Session, { name, pool }: WorkerIdentity, { id }: FlowRun): Promise<void> {
  const labels = {
    "prefect.worker.name": name,
    "prefect.worker.type": pool.type,
    "prefect.work-pool.name": pool.name,
    "prefect.work-pool.id": pool.id,
  };
  // Only for display.
  await client.call(flowRuns.updateLabels, { id, labels }).catch(() => {});
}
