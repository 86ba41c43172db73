import { createInterface } from "node:readline";
import { type Future, flow, task } from "../../src/index.ts";

// Each leg ends when a line is read from standard input.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** A chain that is too long for the pane of the graph; each task has a name of its own, so none can be grouped. */
const main = flow({ name: "relay" }, async () => {
  let baton: Future<number> | number = 0;
  for (let leg = 1; leg <= 70; leg += 1) {
    const run = task({ name: `leg-${String(leg).padStart(2, "0")}` }, async (baton: number) => {
      await lines.next();
      return baton + 1;
    });
    baton = run.submit(baton);
  }
  await baton;
});

await main();
process.stdin.destroy();
