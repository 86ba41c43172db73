import { templateFault } from "../../rules/job-templates.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { workPools } from "../../schema/work-pools.ts";
import type { Store } from "../../store/store.ts";
import { poolConcurrency } from "../concurrency-status.ts";
import { type RunDispatcher, unknownPool } from "../run-dispatch.ts";
import { type Api, done, found, serve } from "../serve.ts";

export function serveWorkPools(api: Api, store: Store, dispatcher: RunDispatcher): void {
  const { workPools: rows } = store;
  serve(api, workPools.create, (input) => {
    if (isReserved(input.name)) throw reserved("made");
    checkTemplate(input.base_job_template);
    return rows.create(input);
  });
  serve(api, workPools.filter, (input) => rows.filter(input));
  serve(api, workPools.count, (input) => rows.count(input));
  serve(api, workPools.read, async ({ name }) => found(await rows.readByName(name), unknownPool(name)));
  serve(api, workPools.update, async (input) => {
    checkUpdate(input);
    return done(await rows.update(input), unknownPool(input.name));
  });
  serve(api, workPools.delete, async ({ name }) => {
    if (isReserved(name)) throw reserved("deleted");
    return done(await rows.delete(name), unknownPool(name));
  });
  serve(api, workPools.concurrencyStatus, async (input) => {
    const pool = found(await rows.readByName(input.name), unknownPool(input.name));
    return poolConcurrency(store, pool, input);
  });
  serve(api, workPools.scheduledRuns, (input, c) =>
    dispatcher.runs(input, c.req.header("x-prefect-worker-name")),
  );
}

const isReserved = (name: string) => name.toLowerCase().startsWith("prefect");
const reserved = (verb: string) =>
  problem("forbidden", `Work pools whose names begin with 'prefect' are reserved and cannot be ${verb}.`);

/** Of a reserved pool only what governs its pace may be changed. */
function checkUpdate({
  name,
  is_paused: _,
  concurrency_limit: __,
  ...rest
}: Parsed<typeof workPools.update>) {
  if (isReserved(name) && Object.keys(rest).length > 0) throw reserved("changed but for pause and limit");
  checkTemplate(rest.base_job_template);
}

function checkTemplate(template: Parsed<typeof workPools.update>["base_job_template"]): void {
  const fault = template && templateFault(template);
  if (fault) throw problem("invalid", fault);
}
