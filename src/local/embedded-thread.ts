import { parentPort, workerData } from "node:worker_threads";
import { startEmbedded } from "../server/embedded.ts";
import type { ForEmbedded, FromEmbedded } from "./embedded.ts";

// The server of a script, in a thread of its own: a computation of the script, or a command that it waits for, keeps
// nobody waiting.

const { settings, version, token }: ForEmbedded = workerData;
const tell = (message: FromEmbedded) => parentPort?.postMessage(message);

const server = await startEmbedded({
  settings,
  version,
  token,
  onHandover: (pid) => tell({ kind: "handover", pid }),
});
parentPort?.once("message", async () => {
  await server.close();
  process.exit();
});
tell({ kind: "listening", url: server.url });
