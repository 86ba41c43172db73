import { flow, task } from "../../src/index.ts";

const greet = task({ name: "greet", tags: ["polite"] }, async (name: string) => {
  console.log(`hello ${name}`);
  return `hello ${name}`;
});

const main = flow({ name: "greet", logConsole: true }, async (names: string[]) => {
  return await greet.map(names).result();
});

await main(["Ada", "Grace", "Edsger"]);
