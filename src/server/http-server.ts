import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Settings } from "../schema/settings.ts";
import type { App } from "./app.ts";
import { answerMalformed, badRequest } from "./http/bad-request.ts";
import { json } from "./serve.ts";

/** Time for requests in progress once the server stops. */
const patienceMs = 8000;

/**
 * The port over the whole life of the server: while the store opens, which may take minutes after an upgrade, it answers
 * live but not ready; then the app answers; when it stops, requests in progress are finished.
 */
export class HttpServer {
  readonly server: Server;
  #app: App["fetch"] | undefined;
  #isStopping = false;

  constructor() {
    const fetch: App["fetch"] = (request, connection) => this.#answer(request, connection);
    const listener = getRequestListener(fetch, { errorHandler: badRequest });
    // Requests without a Host header are answered here, in JSON.
    this.server = createServer({ requireHostHeader: false }, listener).on("clientError", answerMalformed);
  }

  /** Returns the address. Throws a one-sentence error when it cannot listen. */
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

  /** From now on load balancers see the server as not ready. */
  stopping(): void {
    this.#isStopping = true;
  }

  /** Accepts no new connections, and closes existing ones once their requests are answered. */
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

  /** 503 with Retry-After. */
  #notReady(): Response {
    const message = this.#isStopping ? "The server is stopping." : "The server is starting.";
    const body = { message, exception_message: "Service Unavailable" };
    return json(body, { status: 503, headers: { "retry-after": "1" } });
  }
}

/** A reachable address when the server listens on all. */
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
