// `npm run dev`: a server that restarts when its sources change, and Vite in front of it, which shows changes of
// the dashboard at once. Ctrl-C stops both. Its data is in .praetor/dev/, or where
// PRAETOR_DATABASE_URL says.
import { watch } from "node:fs";
import { join, sep } from "node:path";
import { onInterrupt, start, stop, stopAll } from "./processes.mjs";
import { main, Refusal, say, step } from "./progress.mjs";
import { freePort, host, startServer } from "./server.mjs";
import { prepare, root } from "./setup.mjs";

let isStopping = false;
onInterrupt(async () => {
  isStopping = true;
  await stopAll();
});

await main(async () => {
  const { node, env } = await prepare();
  const port = await freePort();
  const url = `http://${host}:${port}/api`;
  const own = { ...env, PRAETOR_HOME: join(root, ".praetor", "dev"), PRAETOR_API_URL: url };
  const open = (title) => step(title, () => startServer({ node, port, env: own }));
  let server = await open("Starting the server");
  say(`\n  A flow reports to it with PRAETOR_API_URL=${url}\n  Ctrl-C stops it. The dashboard, with reload:`);
  onServerChange(async () => {
    await stop([server]);
    server = await open("Starting the server anew");
  });
  const stdio = ["ignore", "inherit", "inherit"];
  const vite = start("vite", ["--host", host, ...process.argv.slice(2)], { cwd: root, env: own, stdio });
  await vite.ended;
  if (!isStopping) throw new Refusal("Vite has ended by itself; what it said is above.");
});

/**
 * Not `node --watch`, which sends its own messages through the ports of the store's threads. A change that
 * fails to start is reported, and the next one tried.
 */
function onServerChange(restart) {
  let timer;
  let turn = Promise.resolve();
  const isOurs = (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith(`ui${sep}`);
  watch(join(root, "src"), { recursive: true }, (_, file) => {
    if (!file || !isOurs(file)) return;
    clearTimeout(timer);
    // Saving many files at once causes one restart.
    timer = setTimeout(() => {
      turn = turn.then(restart).catch((error) => say(error.message));
    }, 200);
  });
}
