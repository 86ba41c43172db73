import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { start, until } from "../processes.ts";
import { end, type Python, patienceMs } from "./python.ts";

export interface PrefectServer {
  url: string;
  pid: number;
}

/** Starts Prefect's own server, with its own database. */
export async function startPrefectServer(
  python: Python,
  settings: Record<string, string> = {},
): Promise<PrefectServer> {
  const port = await freePort();
  const args = ["server", "start", "--host", "127.0.0.1", "--port", String(port)];
  const server = python.prefect(args, { PREFECT_SERVER_UI_ENABLED: "false", ...settings });
  const url = `http://127.0.0.1:${port}`;
  const isUp = async () => (await fetch(`${url}/api/health`).catch(() => undefined))?.ok || undefined;
  await until(server, isUp, patienceMs);
  return { url, pid: server.child.pid ?? 0 };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

export interface Dashboard {
  url: string;
  close(): Promise<void>;
}

/** `praetor dashboard` for a server, as users start it. */
export async function startDashboard(
  apiUrl: string,
  settings: Record<string, string> = {},
): Promise<Dashboard> {
  const args = ["src/cli/main.ts", "dashboard", "--api-url", apiUrl, "--port", "0", "--json"];
  const dashboard = start(process.execPath, args, settings);
  const url = await until(dashboard, async () => {
    const line = /^\{.*\}$/m.exec(dashboard.output())?.[0];
    return line === undefined ? undefined : String(JSON.parse(line).url);
  });
  return { url, close: () => end(dashboard) };
}
