import { setTimeout as sleep } from "node:timers/promises";
import { concurrency, flow, rateLimit, runLogger, task } from "../../src/index.ts";

let tries = 0;

const flaky = task({ name: "flaky", retries: 2, retryDelay: "100ms" }, () => {
  tries += 1;
  if (tries < 3) throw new Error(`attempt ${tries} is too early`);
  return tries;
});

const hold = async (limit: string, atLeast = Promise.resolve()) => {
  runLogger().info(`holds ${limit} from ${Date.now() / 1000}`);
  await Promise.all([sleep(300), atLeast]);
  runLogger().info(`holds ${limit} until ${Date.now() / 1000}`);
};

const two = Promise.withResolvers<void>();
let holders = 0;
/** However late a busy server grants the second slot, both are held at the same time. */
const holdTogether = () => {
  holders += 1;
  if (holders === 2) two.resolve();
  return hold("database", Promise.race([two.promise, sleep(30_000, undefined, { ref: false })]));
};

const guarded = task({ name: "guarded" }, (_: number) =>
  concurrency("database", { strict: true }, holdTogether),
);

const tagged = task({ name: "tagged", tags: ["narrow"] }, (_: number) => hold("narrow"));

const child = flow({ name: "inner" }, async () => {
  for (let count = 0; count < 4; count += 1) {
    await rateLimit("calls", { strict: true });
    runLogger().info(`called at ${Date.now() / 1000}`);
  }
});

const main = flow({ name: "outer" }, async () => {
  await flaky();
  await Promise.all([guarded.map([1, 2, 3, 4]).result(), tagged.map([1, 2, 3]).result()]);
  return await child();
});

await main();
