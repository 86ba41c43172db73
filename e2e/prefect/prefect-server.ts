import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { openSite } from "../../src/server/site.ts";
import { until } from "../processes.ts";
import { type Python, patienceMs } from "./python.ts";

export interface PrefectServer {
  url: string;
  pid: number;
}

/** Starts Prefect's own server, on a database of its own. */
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

/** Our dashboard on an origin of its own, which says where the API is as Prefect's server does. */
export async function startSite(folder: string, apiUrl: string) {
  const site = openSite(folder);
  const answer = async (path: string): Promise<Response> =>
    path === "/ui-settings"
      ? Response.json({ api_url: apiUrl })
      : ((await site(new Request(new URL(path, "http://site.test")), null)) ??
        new Response(null, { status: 404 }));
  const server = createServer(async (request, reply) => {
    const { status, headers, body } = await answer(request.url ?? "/");
    reply.writeHead(status, Object.fromEntries(headers));
    if (body) Readable.fromWeb(body as ReadableStream).pipe(reply);
    else reply.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
