import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Settings } from "../schema/settings.ts";
import type { App } from "./app.ts";
import { answerMalformed, badRequest } from "./http/bad-request.ts";
import { json } from "./serve.ts";

/** What was asked may take so long to be answered once the server stops. */
const patienceMs = 8000;

/**
 * The port, from the first moment to the last: while the store is opened, which may take minutes after an upgrade, it says
 * that it lives and is not ready; then the app answers; when it stops, what was asked is still answered.
 */
export class HttpServer {
  readonly server: Server;
  #app: App["fetch"] | undefined;
  #isStopping = false;

  constructor() {
    const fetch: App["fetch"] = (request, connection) => this.#answer(request, connection);
    const listener = getRequestListener(fetch, { errorHandler: badRequest });
    // A request without a host is answered by us, in JSON.
    this.server = createServer({ requireHostHeader: false }, listener).on("clientError", answerMalformed);
  }

  /** Returns where it listens. Throws with one sentence when that is not possible. */
  listen({ host, port }: Pick<Settings, "host" | "port">): Promise<string> {
    const { server } = this;
    return new Promise((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(refusal(error, host, port))));
      server.listen(port, host, () => {
        const address = server.address();
        const taken = typeof address === "object" && address ? address.port : port;
        resolve(`http://${reachable(host)}:${taken}`);
      });
    });
  }

  serve(app: App["fetch"]): void {
    this.#app = app;
  }

  /** From now on whoever distributes requests is told to look elsewhere. */
  stopping(): void {
    this.#isStopping = true;
  }

  /** Takes no new connections, and ends those there are once what was asked over them is answered. */
  close(): Promise<void> {
    const { server } = this;
    return new Promise((resolve) => {
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), patienceMs);
      server.close(() => {
        clearInterval(idle);
        clearTimeout(late);
        resolve();
      });
      server.closeIdleConnections();
    });
  }

  #answer(request: Request, connection: Parameters<App["fetch"]>[1]): Promise<Response> {
    if (this.#app && !this.#isStopping) return this.#app(request, connection);
    const { pathname } = new URL(request.url);
    if (/^\/api\/ready\/?$/.test(pathname)) return Promise.resolve(this.#notReady());
    if (this.#app) return this.#app(request, connection);
    if (/^\/api\/health\/?$/.test(pathname)) return Promise.resolve(json(true, { status: 200 }));
    return Promise.resolve(this.#notReady());
  }

  /** 503 with a time: clients wait and ask again. */
  #notReady(): Response {
    const message = this.#isStopping ? "The server is stopping." : "The server is starting.";
    const body = { message, exception_message: "Service Unavailable" };
    return json(body, { status: 503, headers: { "retry-after": "1" } });
  }
}

/** An address to call, where the server listens on all of them. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} of ${host} is already in use. Stop the other program, or choose another port with --port or PRAETOR_SERVER_PORT.`;
  }
  if (error.code === "EACCES") return `Permission denied to listen on port ${port} of ${host}.`;
  if (error.code === "EADDRNOTAVAIL") return `${host} is not an address of this machine.`;
  return `The server cannot listen on ${host}:${port}: ${error.message}`;
}
