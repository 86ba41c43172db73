import { failures } from "../../schema/failures.ts";
import type { Store } from "../../store/store.ts";
import { newestError } from "../failure-errors.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Failure group not found";

export function serveFailures(api: Api, store: Store): void {
  serve(api, failures.filter, (input) => store.failures.filter(input));
  serve(api, failures.count, (input) => store.failures.count(input));
  serve(api, failures.read, async (input) => found(await store.failures.read(input), unknown));
  serve(api, failures.cause, async ({ id }) => found(await store.failures.cause(id), "Flow run not found"));
  serve(api, failures.runs, (input) => store.failures.runs(input));
  serve(api, failures.error, async ({ id }) => {
    const { id: found_id, error_type } = found(
      await store.failures.read({ id, after_: null, before_: null, counts_by: "day" }),
      unknown,
    );
    return newestError(store, { id: found_id, error_type });
  });
  serve(api, failures.common, async ({ id }) => found(await store.failures.common(id), unknown));
  serve(api, failures.updateMany, (input) => store.failures.updateMany(input));
  serve(api, failures.update, async (input) => done(await store.failures.update(input), unknown));
}
