import { flow, task } from "../../src/index.ts";

let tries = 0;

const ask = task({ name: "ask" }, () => {
  tries += 1;
  if (tries === 1) throw new Error("not in the mood");
  return "gladly";
});

const main = flow({ name: "moody", retries: 1 }, async () => await ask());

await main();
