import { parentPort, workerData } from "node:worker_threads";
import { startEmbedded } from "../server/embedded.ts";
import type { EmbeddedMessage, EmbeddedOptions } from "./embedded.ts";

// The server of a script, in a separate thread: a computation of the script, or a command that it waits for, does not
// block other clients.

const { settings, version, token }: EmbeddedOptions = workerData;
const post = (message: EmbeddedMessage) => parentPort?.postMessage(message);

const server = await startEmbedded({
  settings,
  version,
  token,
  onHandover: (pid) => post({ kind: "handover", pid }),
});
parentPort?.once("message", async () => {
  await server.close();
  process.exit();
});
post({ kind: "listening", url: server.url });
