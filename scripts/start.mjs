// `npm start`: the server with the dashboard and flows to watch. Installs and builds what is missing first.
// Its data is in .praetor/ in this folder, so that it never uses a user's own Praetor.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { onInterrupt, start, stop, stopAll } from "./processes.mjs";
import { main, Refusal, say, seconds, step } from "./progress.mjs";
import { freePort, host, startServer } from "./server.mjs";
import { prepare, root } from "./setup.mjs";
import { ensureUi } from "./ui.mjs";

/** It fails on its data, to show a failure. */
const failing = "malformed-record";
const onceEach = ["etl-weather", "subflows-stocks", "flaky-service", failing];
const again = "live-feed";
/** Serves its flows as long as it runs. */
const served = "deployed";

let server;
let stopping = false;
const flows = new Set();

onInterrupt(async () => {
  stopping = true;
  say("\nStopping …");
  // The flows first: they still have to report their end to the server.
  await stop([...flows]);
  if (server) await stop([server]);
  await stopAll();
});

await main(async () => {
  const { port, empty } = readArguments();
  await refuseTakenPort(port);
  const { node, env } = await prepare();
  await ensureUi(env);
  const url = `http://${host}:${port}`;
  const own = { ...env, PRAETOR_HOME: join(root, ".praetor"), PRAETOR_API_URL: `${url}/api` };
  delete own.PRAETOR_DATABASE_URL;
  server = await step("Starting the server", () => startServer({ node, port, env: own }));
  say(`\n  Praetor is running: ${url}\n  Ctrl-C stops it${empty ? "" : " and the example flows"}.\n`);
  const examples = empty ? [] : [serve(node, url, own), runOnceEach(node, own), runAgain(node, own)];
  await Promise.all([...examples, server.ended]);
  if (!stopping) throw new Refusal("The server has ended by itself; what it said is above.");
});

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { port: { type: "string", default: "4200" }, empty: { type: "boolean", default: false } },
    });
    const port = Number(values.port);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return { port, empty: values.empty };
    throw new Error(`--port: expected a number from 1 to 65535, got ${values.port}`);
  } catch (error) {
    throw new Refusal(`${error.message}\nUsage: npm start [-- --empty] [--port 4200]`);
  }
}

async function refuseTakenPort(port) {
  if (await freePort(port)) return;
  throw new Refusal(
    `Port ${port} is taken by another program. Stop it, or choose another port: npm start -- --port ${port + 1}`,
  );
}

/** Flows on schedules, with the limit that they share. */
async function serve(node, url, env) {
  // The limit may exist from an earlier start, perhaps with changes by the user.
  await fetch(`${url}/api/v2/concurrency_limits/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "archive", limit: 2 }),
  });
  await runFlow(node, env, served);
}

async function runOnceEach(node, env) {
  for (const name of onceEach) if (!stopping) await runFlow(node, env, name);
}

/** Keeps something live to look at. */
async function runAgain(node, env) {
  while (!stopping) {
    const { code, since } = await runFlow(node, env, again);
    // A flow that cannot start must not loop at full speed.
    const quick = code !== 0 && performance.now() - since < 5000;
    await pause(quick ? 30_000 : 10_000);
  }
}

async function pause(ms) {
  for (let waited = 0; waited < ms && !stopping; waited += 250) await sleep(250);
}

async function runFlow(node, env, name) {
  const since = performance.now();
  const flow = start(node, [`examples/${name}.ts`], {
    cwd: root,
    env,
    stdio: ["ignore", "ignore", "ignore"],
  });
  flows.add(flow);
  const { code } = await flow.ended;
  flows.delete(flow);
  const outcome = code === 0 ? "completed" : name === failing ? "failed, as it is meant to" : "failed";
  if (!stopping) say(`  examples/${name}.ts ${outcome} (${seconds(since)})`);
  return { code, since };
}
