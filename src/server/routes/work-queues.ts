import { workQueues } from "../../schema/work-queues.ts";
import type { Store } from "../../store/store.ts";
import { unknownPool } from "../handing-out.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Work queue not found.";

export function serveWorkQueues(api: Api, store: Store): void {
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
  serve(api, workQueues.readById, async ({ id }) => found(await rows.read(id), unknown));
  serve(api, workQueues.updateById, async ({ id, ...changes }) =>
    done(await rows.update(id, changes), unknown),
  );
}
