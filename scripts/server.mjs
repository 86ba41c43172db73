// The server of the clone, for `npm start` and `npm run dev`.
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "./processes.mjs";
import { Refusal } from "./progress.mjs";
import { root } from "./setup.mjs";

export const host = "127.0.0.1";

/** Starts it and waits until it answers. `flags` are Node's own. */
export async function startServer({ node, port, env, flags = [] }) {
  const args = ["src/cli/main.ts", "server", "start", "--host", host, "--port", String(port)];
  const server = start(node, [...flags, ...args], { cwd: root, env });
  let said = "";
  const listen = (stream) =>
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  listen(server.stdout);
  listen(server.stderr);
  let ended = false;
  server.ended.then(() => {
    ended = true;
  });
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (ended) throw new Refusal(`The server does not start:\n${said.trim()}`);
    if (await isHealthy(port)) return showFromNow(server);
    await sleep(100);
  }
  throw new Refusal(`The server did not answer within a minute:\n${said.trim()}`);
}

/** Once it runs, only warnings and errors are printed. */
function showFromNow(server) {
  server.stderr.on("data", (text) => process.stderr.write(text));
  return server;
}

async function isHealthy(port) {
  try {
    return (await fetch(`http://${host}:${port}/api/health`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

/** The port if it is free, else none; any free one for 0. */
export function freePort(port = 0) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(undefined));
    probe.listen(port, host, () => {
      const { port: found } = probe.address();
      probe.close(() => resolve(found));
    });
  });
}
