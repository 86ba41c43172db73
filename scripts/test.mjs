// `npm test`: every check of the project, cheapest first. Continues after a failing one, so that one run shows
// them all; `npm test -- --only types,unit` runs some. Failures are listed again at the end, where the
// last line is the sum: N passed, N failed.
import { parseArgs } from "node:util";
import { onInterrupt, stopAll } from "./processes.mjs";
import { main, Refusal, saidAtItsEnd, say, seconds } from "./progress.mjs";
import { prepare } from "./setup.mjs";
import { order, steps, supplies } from "./steps.mjs";

onInterrupt(stopAll);

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const chosen = values.only?.split(",") ?? Object.keys(steps);
  const unknown = chosen.find((name) => !(name in steps));
  if (unknown) throw new Refusal(`No step is called ${unknown}; there are ${Object.keys(steps).join(", ")}.`);
  const { env } = await prepare();
  const supply = suppliesFor(chosen, env);
  const results = [];
  for (const line of order) {
    const strands = line.map((strand) => [strand].flat().filter((name) => chosen.includes(name)));
    const atOnce = strands.filter((strand) => strand.length > 0);
    const isAlone = atOnce.length === 1;
    const runStrand = async (strand) => {
      for (const name of strand) {
        const work = () => perform(name, env, supply);
        results.push(await (isAlone ? work() : saidAtItsEnd(work)));
      }
    };
    await Promise.all(atOnce.map(runStrand));
  }
  sum(results);
});

/**
 * Starts to fetch the prerequisites of the chosen steps, one after the other: this is mostly waiting, and leaves
 * room for the first checks. Returns a function that waits for one of them.
 */
function suppliesFor(chosen, env) {
  const needed = new Set(chosen.flatMap((name) => steps[name].needs ?? []));
  const coming = new Map();
  let last = Promise.resolve();
  for (const name of Object.keys(supplies).filter((one) => needed.has(one))) {
    const own = last.then(() => saidAtItsEnd(() => supplies[name](env)));
    coming.set(name, own);
    // Steps that need it get the reason for its absence.
    last = own.catch(() => {});
  }
  return (name) => coming.get(name);
}

async function perform(name, env, supply) {
  const { title, work } = steps[name];
  const since = performance.now();
  say(`\n${title} …`);
  const counted = await work(env, supply);
  say(`${counted.failed > 0 ? "✗" : "✓"} ${title} (${seconds(since)})`);
  return { title, ...counted };
}

function sum(results) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counted of results) for (const key of Object.keys(total)) total[key] += counted[key] ?? 0;
  const failures = results
    .filter(({ failed }) => failed > 0)
    .flatMap(({ title, failures: named }) => named ?? [title]);
  if (failures.length > 0) say(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join("\n")}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  say(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}
