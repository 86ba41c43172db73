import { printLevel, settings } from "./sdk/environment.ts";
import { httpTransport, transportTo } from "./sdk/http-transport.ts";
import type { Transport } from "./sdk/session.ts";

/**
 * How a script finds its server: the configured one, else the process that serves this machine's store, which may be the
 * script itself.
 */
export async function connect(): Promise<Transport> {
  const own = settings();
  const { apiUrl, apiAuthString: authString, apiKey } = own;
  if (apiUrl) return httpTransport({ apiUrl, authString, apiKey, printLevel: printLevel() });
  // Imported lazily: a script that reports to a server never loads server code.
  const [{ LocalServer }, { packageVersion }] = await Promise.all([
    import("./local/local-server.ts"),
    import("./cli/package.ts"),
  ]);
  const server = await LocalServer.find({ settings: own, version: packageVersion() });
  return transportTo(server, printLevel());
}
