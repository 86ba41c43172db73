import { defaultHealthPolicy, isHealthy } from "../../rules/queue-health.ts";
import { defaultPoolName } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import type { Store } from "../../store/store.ts";
import { queueConcurrency } from "../concurrency-status.ts";
import { type RunDispatcher, unknownPool } from "../run-dispatch.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Work queue not found.";

interface QueueDeps {
  store: Store;
  dispatcher: RunDispatcher;
  now: () => number;
}

export function serveWorkQueues(api: Api, deps: QueueDeps): void {
  const { store } = deps;
  const { workQueues: rows } = store;
  const named = async (pool: string, name: string) =>
    found(await rows.readByName(pool, name), `Work queue "${name}" in work pool "${pool}" not found.`);
  serve(api, workQueues.create, (input) => rows.create(input));
  serve(api, workQueues.filterInPool, async (input) => {
    found(await store.workPools.readByName(input.pool), unknownPool(input.pool));
    return rows.filter(input);
  });
  serve(api, workQueues.read, ({ pool, name }) => named(pool, name));
  serve(api, workQueues.update, async ({ pool, current, ...changes }) => {
    const { id } = await named(pool, current);
    return done(await rows.update(id, changes), unknown);
  });
  serve(api, workQueues.delete, async ({ pool, name }) => {
    const { id } = await named(pool, name);
    return done(await rows.delete(id), unknown);
  });
  serve(api, workQueues.filter, (input) => rows.filter(input));
  serveQueuesById(api, deps);
}

/** How Prefect's server reads a header that is true. */
const isTrue = /^(1|on|t|true|y|yes)$/i;

/** Queues as they were before there were pools: by their own id and, in the pool of those without one, by name. */
function serveQueuesById(api: Api, { store, dispatcher, now }: QueueDeps): void {
  const { workQueues: rows } = store;
  const queueBy = async (id: string) => found(await rows.read(id), unknown);
  serve(api, workQueues.readById, ({ id }) => queueBy(id));
  serve(api, workQueues.updateById, async ({ id, ...changes }) =>
    done(await rows.update(id, changes), unknown),
  );
  serve(api, workQueues.deleteById, async ({ id }) => done(await rows.delete(id), unknown));
  serve(api, workQueues.createInDefaultPool, (input) => rows.createInDefaultPool(input));
  serve(api, workQueues.readLonely, async ({ name }) =>
    found(await rows.readByName(defaultPoolName, name), unknown),
  );
  serve(api, workQueues.scheduledRuns, async (input, c) => {
    const isPolled = !isTrue.test(c.req.header("x-prefect-ui") ?? "");
    return dispatcher.ofQueue(await queueBy(input.id), input, isPolled);
  });
  serve(api, workQueues.concurrencyStatus, async (input) =>
    queueConcurrency(store, await queueBy(input.id), input),
  );
  serve(api, workQueues.status, async ({ id }) => {
    const { last_polled } = await queueBy(id);
    const late_runs_count = await store.flowRuns.count({
      work_pool_queues: { id: { any_: [id] } },
      flow_runs: { state: { name: { any_: ["Late"] } } },
    });
    const policy = defaultHealthPolicy;
    const healthy = isHealthy(policy, { late_runs_count, last_polled, now: now() });
    return { healthy, late_runs_count, last_polled, health_check_policy: policy };
  });
}
