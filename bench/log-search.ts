// Duration of a search through the logs of all runs, and the longest time that one portion blocks other reads.
//
//   node bench/log-search.ts [--logs 1000000]
//
// A common word, one that only old logs contain, and one that none contains: until all is searched. Prints JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { logs } from "../src/schema/logs.ts";
import { searchLogs } from "../src/server/log-search.ts";
import { openStore } from "../src/store/store.ts";

const { values } = parseArgs({ options: { logs: { type: "string", default: "1000000" } } });
const count = Number(values.logs);
const folder = mkdtempSync(join(tmpdir(), "praetor-logs-"));
const store = await openStore({ path: join(folder, "praetor.db") });
const began = Date.now() - count;
for (let at = 0; at < count; at += 5000) {
  const some = Array.from({ length: Math.min(5000, count - at) }, (_, index) => ({
    ...{ name: "prefect.task_runs", level: 20 + ((at + index) % 100 === 0 ? 20 : 0) },
    message: `Loaded ${at + index} rows of the table of orders from the warehouse${at + index === 7 ? " needle" : ""}`,
    timestamp: new Date(began + at + index).toISOString(),
  }));
  await store.logs.create(logs.create.input.parse({ logs: some }).logs);
}

const words = { everywhere: "warehouse", oldest: "needle", nowhere: "+no +such +words", errors: "orders" };
const figures: Record<string, object> = {};
for (const [name, query] of Object.entries(words)) {
  const level = name === "errors" ? { level: { ge_: 40 } } : {};
  let after: string | null = null;
  let [requests, ms, longestMs, hits] = [0, 0, 0, 0];
  do {
    const start = performance.now();
    const found = await searchLogs(
      store,
      logs.search.input.parse({ logs: { text: { query }, ...level }, after }),
    );
    const took = performance.now() - start;
    [requests, ms, longestMs, hits] = [
      requests + 1,
      ms + took,
      Math.max(longestMs, took),
      hits + found.hits.length,
    ];
    after = found.next;
  } while (after !== null && hits === 0);
  figures[name] = { requests, ms: Math.round(ms), longestMs: Math.round(longestMs), hits };
}
process.stdout.write(`${JSON.stringify({ logs: count, ...figures }, null, 2)}\n`);
await store.close();
rmSync(folder, { recursive: true });
