import { setTimeout as sleep } from "node:timers/promises";
import { flow, task } from "../../src/index.ts";

const wait = Number(process.argv[2] ?? 0);

const greet = task({ name: "greet", tags: ["polite"] }, async (name: string) => {
  await sleep(wait);
  console.log(`hello ${name}`);
  return `hello ${name}`;
});

const main = flow({ name: "greet" }, async (names: string[]) => {
  return await greet.map(names).result();
});

await main(["Ada", "Grace", "Edsger"]);
