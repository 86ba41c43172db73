import { WebSocket } from "ws";
import { type Channel, parsed } from "../sockets/accept.ts";
import type { Upstream } from "./upstream.ts";

const dialMs = 10_000;
const pingMs = 20_000;
const maxFrame = 32 * 1024 * 1024;
/** Buffered bytes for a browser at which reading from the server pauses. */
const maxLag = 4 * 1024 * 1024;

/**
 * Forwards a WebSocket channel: each authenticated browser gets its own connection to the server, which the dashboard
 * authenticates with its credentials. The browser is accepted once the server has accepted the dashboard.
 */
export function forwardedChannel(path: string, upstream: Upstream): Channel {
  const connections = new WeakMap<WebSocket, WebSocket>();
  return {
    async prepare(browser) {
      const connection = new WebSocket(`${upstream.apiUrl.replace(/^http/, "ws")}${path}`, ["prefect"], {
        headers: upstream.authorization === undefined ? {} : { authorization: upstream.authorization },
        handshakeTimeout: dialMs,
        maxPayload: maxFrame,
      });
      browser.once("close", () => connection.close(1000));
      connections.set(browser, connection);
      await authenticate(connection, upstream);
    },
    open(browser) {
      const connection = connections.get(browser);
      if (connection) connect(browser, connection);
      return { onText: (text) => connection?.readyState === WebSocket.OPEN && connection.send(text) };
    },
  };
}

/** Resolves once the server has accepted the credentials. */
function authenticate(connection: WebSocket, { apiUrl, socketToken }: Upstream): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      connection.terminate();
      reject(new Error(`No socket of ${apiUrl}: ${why}`));
    };
    const timer = setTimeout(() => fail("no answer in time"), dialMs);
    connection.on("error", (error) => fail(error.message));
    connection.once("close", (code, reason) => fail(String(reason) || `closed with ${code}`));
    connection.once("open", () => connection.send(JSON.stringify({ type: "auth", token: socketToken })));
    connection.once("message", (data) => {
      const answer = parsed(String(data));
      if (Object(answer).type !== "auth_success") return fail("no auth_success");
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Forwards messages of the server with backpressure, and closes both connections when one closes. */
function connect(browser: WebSocket, connection: WebSocket): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) return connection.terminate();
    isAlive = false;
    connection.ping();
  }, pingMs).unref();
  connection.on("pong", () => {
    isAlive = true;
  });
  connection.on("message", (data) => {
    isAlive = true;
    if (browser.readyState !== WebSocket.OPEN) return;
    browser.send(String(data), () => browser.bufferedAmount <= maxLag && connection.resume());
    if (browser.bufferedAmount > maxLag) connection.pause();
  });
  connection.once("close", () => {
    clearInterval(timer);
    browser.close(1011, "The server has closed the connection.");
  });
}
