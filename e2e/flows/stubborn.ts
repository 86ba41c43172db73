import { flow, task } from "../../src/index.ts";

const knock = task({ name: "knock", retries: 2 }, () => {
  throw new Error("nobody opens");
});

const main = flow({ name: "stubborn" }, async () => {
  await knock();
});

await main().catch(() => {
  process.exitCode = 1;
});
