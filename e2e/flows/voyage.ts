import { createInterface } from "node:readline";
import { flow, runLogger, task } from "../../src/index.ts";

// Each leg ends when a line is read from standard input, so that a test can inspect every state.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const sail = task({ name: "sail", runName: "sail-to-{0}" }, async (port: string) => {
  runLogger().info(`bound for ${port}`);
  await lines.next();
  runLogger().info(`arrived in ${port}`);
  return port;
});

const main = flow({ name: "voyage" }, async (ports: string[]) => {
  for (const port of ports) await sail(port);
});

await main(["Lisbon", "Madeira"]);
process.stdin.destroy();
