import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";

/** Placeholder in the files for the path below which the dashboard is served. */
const base = "/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER";
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Prefect's own dashboard on a separate origin, configured with the API's address as by Prefect's server. */
export async function startPrefectDashboard(apiUrl: string) {
  const folder = dashboardFolder();
  const settings = { api_url: apiUrl, csrf_enabled: false, auth: null, flags: [] };
  const server = createServer((request, reply) => {
    const path = new URL(request.url ?? "/", "http://dashboard.test").pathname;
    if (path === "/ui-settings") {
      reply.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(settings));
      return;
    }
    const requested = join(folder, path);
    const file = extname(path) !== "" && existsSync(requested) ? requested : join(folder, "index.html");
    const type = types[extname(file)];
    const content = readFileSync(file);
    reply.writeHead(200, { "content-type": type ?? "application/octet-stream" });
    reply.end(type ? content.toString().replaceAll(base, "") : content);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** It is part of the package. */
function dashboardFolder(): string {
  const lib = join(dirname(process.env.PREFECT_BIN ?? ""), "lib");
  const versions = existsSync(lib) ? readdirSync(lib) : [];
  const folders = versions.map((version) => join(lib, version, "site-packages/prefect/server/ui-v2"));
  const folder = [...folders, join(lib, "site-packages/prefect/server/ui-v2")].find((each) =>
    existsSync(each),
  );
  if (!folder) throw new Error(`expected Prefect's dashboard below ${lib}`);
  return folder;
}
