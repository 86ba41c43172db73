import { setTimeout as sleep } from "node:timers/promises";
import { concurrency, flow, rateLimit, runLogger, task } from "../../src/index.ts";

let tries = 0;

const flaky = task({ name: "flaky", retries: 2, retryDelay: "100ms" }, () => {
  tries += 1;
  if (tries < 3) throw new Error(`attempt ${tries} is too early`);
  return tries;
});

const hold = async (limit: string) => {
  runLogger().info(`holds ${limit} from ${Date.now() / 1000}`);
  await sleep(300);
  runLogger().info(`holds ${limit} until ${Date.now() / 1000}`);
};

const guarded = task({ name: "guarded" }, (_: number) =>
  concurrency("database", { strict: true }, () => hold("database")),
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
