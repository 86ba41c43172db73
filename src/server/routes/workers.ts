import { workers } from "../../schema/workers.ts";
import type { Store } from "../../store/store.ts";
import { unknownPool } from "../run-dispatch.ts";
import { type Api, done, found, serve } from "../serve.ts";

export function serveWorkers(api: Api, store: Store): void {
  const { workers: rows } = store;
  serve(api, workers.heartbeat, async (input) => done(await rows.heartbeat(input), unknownPool(input.pool)));
  serve(api, workers.filter, async (input) => {
    found(await store.workPools.readByName(input.pool), unknownPool(input.pool));
    return rows.filter(input);
  });
  serve(api, workers.list, (input) => rows.filter(input));
  serve(api, workers.delete, async ({ pool, name }) =>
    done(await rows.delete(pool, name), "Worker not found."),
  );
}
