// Flows of every shape that the Run page draws. `node e2e/flows/shapes.ts NAME` runs one.
import { setTimeout as sleep } from "node:timers/promises";
import { concurrency, flow, runLogger, task } from "../../src/index.ts";

/**
 * A task of this duration. Its result is an object: through it the graph knows the dependencies of later tasks, even
 * where a flow passes results instead of futures.
 */
const work = (name: string, ms: number) =>
  task({ name }, async (...inputs: unknown[]) => {
    runLogger().info(`${name}: ${inputs.length} inputs`);
    await sleep(ms);
    return { table: name, rows: inputs.length };
  });

const heartbeat = flow({ name: "heartbeat" }, async () => await work("ping", 40)());

/** Ten tasks in four layers; `pace` sets the duration of each. */
const inventory = flow({ name: "inventory-sync" }, async (pace = 1) => {
  const submit = (name: string, ms: number, ...inputs: unknown[]) => work(name, ms * pace).submit(...inputs);
  const orders = submit("extract-orders", 420);
  const customers = submit("extract-customers", 300);
  const prices = submit("extract-prices", 120);
  const validOrders = submit("validate-orders", 80, orders);
  const validCustomers = submit("validate-customers", 60, customers);
  const joined = submit("join", 200, validOrders, validCustomers);
  const enriched = submit("enrich-with-prices", 350, joined, prices);
  const loaded = submit("load-warehouse", 240, enriched);
  const audited = submit("audit", 70, enriched);
  await submit("publish-report", 90, loaded, audited).result();
});

const steps = ["create", "backfill", "index", "verify"];

const migration = flow({ name: "schema-migration" }, async () => {
  let last: unknown = "start";
  for (let at = 0; at < 40; at += 1) {
    const name = `${String(at + 1).padStart(3, "0")}-${steps[at % 4]}-table-${Math.floor(at / 4) + 1}`;
    last = work(name, 15 + (at % 7) * 12).submit(last);
  }
  return await work("release-lock", 10)(last);
});

/** 200 runs of one task in ten layers, each with two parents. */
const matrix = flow({ name: "feature-matrix" }, async () => {
  const step = task({ name: "step" }, async (layer: number, ..._inputs: unknown[]) => {
    await sleep(10 + layer * 5);
    return layer;
  });
  let layer = Array.from({ length: 20 }, () => step.submit(0));
  for (let depth = 1; depth < 10; depth += 1) {
    layer = layer.map((parent, at) => step.submit(depth, parent, layer[(at * 7 + depth) % layer.length]));
  }
  await Promise.all(layer.map((future) => future.result()));
});

const images = flow({ name: "image-resize" }, async () => {
  const list = task({ name: "list-images" }, () => Array.from({ length: 2000 }, (_, at) => at));
  const resize = task({ name: "resize" }, async (image: number) => {
    await sleep(image % 25);
    return image;
  });
  const publish = task({ name: "publish-gallery" }, (all: number[]) => all.length);
  return await publish.submit(resize.map(list.submit())).result();
});

const read = work("read-sales", 60);
const total = work("total", 40);

const city = flow({ name: "city-report", runName: "{0}" }, async (name: string, fails: boolean) => {
  const rows = await read(name);
  if (fails) {
    await task({ name: "convert-currency" }, () => {
      runLogger().error(`no exchange rate of ${name} for today`);
      throw new RangeError(`no exchange rate for ${name}`);
    })();
  }
  return await total(rows);
});

const country = flow({ name: "country-report", runName: "{0}" }, async (name: string, fails: boolean) => {
  const cities = await Promise.all([1, 2].map((at) => city(`${name}-city-${at}`, fails && at === 2)));
  return await work("merge-cities", 30)(cities);
});

/** Twelve subflows, three levels including this one. */
const region = flow({ name: "region-report" }, async (fails = false) => {
  const names = ["france", "italy", "spain", "portugal"];
  const list = await work("list-countries", 50)();
  const reports = await Promise.all(names.map((name) => country(name, fails && name === "spain")));
  return await work("publish", 60)(list, reports);
});

class PoolTimeout extends Error {
  override name = "TimeoutError";
}

/** A typical nightly run: it completes, or it fails in the warehouse after three attempts. */
const orders = flow({ name: "orders-etl", tags: ["prod", "orders"] }, async (batchSize = 500) => {
  const validOrders = work("validate-orders", 110).submit(work("extract-orders", 400).submit());
  const validCustomers = work("validate-customers", 90).submit(work("extract-customers", 300).submit());
  const joined = work("join", 150).submit(work("extract-prices", 120).submit());
  const transform = task({ name: "transform" }, async (part: number, ..._inputs: unknown[]) => {
    await sleep(30 + part * 8);
    return { part };
  });
  const rows = await Promise.all([validOrders.result(), validCustomers.result()]);
  const parts = Array.from({ length: 24 }, (_, at) => transform.submit(at, ...rows));
  const unique = work("dedupe", 200).submit(validOrders, validCustomers);
  const enriched = work("enrich", 240).submit(joined);
  const scores = await scoreBatch(
    await unique.result(),
    await enriched.result(),
    await Promise.all(parts.map((part) => part.result())),
  );
  const load = task(
    { name: "load-warehouse", retries: 2, retryDelay: "200ms", runName: "load-warehouse-{0}" },
    async (part: number, _scores: unknown) => {
      runLogger().info(`loading part ${part}: ${batchSize} rows in one statement`);
      await sleep(250);
      if (part !== 3 || batchSize <= 500) return part;
      for (let at = 0; at < 9; at += 1) runLogger().warn("pool exhausted, 40 waiting");
      throw new PoolTimeout("query on warehouse took longer than 300 s", {
        cause: new Error("connect ETIMEDOUT 10.0.4.17:5432"),
      });
    },
  );
  const loads = [1, 2, 3].map((part) => load.submit(part, scores));
  const audited = work("audit", 80).submit(scores);
  await work("publish", 50).submit(loads, audited).result();
});

const scoreBatch = flow({ name: "score-batch" }, async (..._inputs: unknown[]) => {
  return await work("write-scores", 90)(await work("score", 500)(await work("read-model", 60)()));
});

/** Holds the only slot of a limit until told to release it. */
const holder = flow({ name: "vacuum-warehouse" }, async () => {
  await using _ = await concurrency("warehouse", { timeout: "1h" });
  await sleep(3_600_000);
});

const waiter = flow({ name: "warehouse-report" }, async () => {
  const rows = await work("read-plan", 30)();
  await task({ name: "query-warehouse" }, async (_rows: unknown) => {
    await using _ = await concurrency("warehouse", { timeout: "1h" });
  })(rows);
});

const tick = flow({ name: "tick" }, async (at: number) => {
  if (at % 40 === 7) throw new Error(`upstream answered ${at % 3 === 0 ? 503 : 429}`);
  return at;
});

/** Many short runs, some of which fail. */
async function ticks(count: number) {
  for (let at = 0; at < count; at += 20) {
    const some = Array.from({ length: Math.min(20, count - at) }, (_, next) => tick(at + next));
    await Promise.allSettled(some);
  }
}

const shapes: Record<string, (argument: string | undefined) => Promise<unknown>> = {
  heartbeat: () => heartbeat(),
  inventory: (pace) => inventory(Number(pace ?? 1)),
  migration: () => migration(),
  matrix: () => matrix(),
  images: () => images(),
  region: (fails) => region(fails === "fails"),
  orders: (batchSize) => orders(Number(batchSize ?? 500)),
  holder: () => holder(),
  waiter: () => waiter(),
  ticks: (count) => ticks(Number(count ?? 20)),
};

const [name = "", argument] = process.argv.slice(2);
const shape = shapes[name];
if (!shape) throw new Error(`expected one of ${Object.keys(shapes).join(", ")}, got ${name || "nothing"}`);
await shape(argument);
