import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { isToken } from "../credentials.ts";
import { isTooDeep } from "../http/bodies.ts";
import type { FailedLogins } from "../http/failed-logins.ts";
import { forwarded, nothingForwarded } from "../http/forwarded.ts";
import type { Hosts } from "../http/hosts.ts";
import type { Origins } from "../http/origins.ts";
import type { Session, Sessions } from "../http/sessions.ts";
import type { Metrics } from "../metrics/metrics.ts";

/** How a socket path handles an authenticated connection. */
export interface Channel {
  /** Keys beside `type` in the `auth_success` message. */
  readonly welcome?: Record<string, unknown>;
  /** Pings that may be unanswered, beside the last one, before the connection is closed. */
  readonly patience?: number;
  /** Messages have no rate limit; on other paths clients only send queries, each of which costs the server more. */
  readonly isStream?: boolean;
  /** Awaited before `auth_success` is sent; if it rejects, the client is refused. */
  prepare?(socket: WebSocket): Promise<void>;
  open(socket: WebSocket): Listener;
  /** Stops listening to the store. */
  close?(): void;
}
export interface Listener {
  onText(text: string): void;
  onClose?(): void;
  /** Resolves when a pong may be sent: clients take it to mean that all earlier messages have been stored. */
  settled?(): Promise<unknown>;
}

interface AcceptOptions {
  channels: Readonly<Record<string, Channel>>;
  authString: string | undefined;
  /** Credential, beside the password, for processes that can read the lock file. */
  localToken: string | undefined;
  origins: Origins;
  hosts: Hosts;
  /** Whether the headers of a proxy are trusted. */
  trustProxy: boolean;
  logins: FailedLogins;
  sessions: Sessions;
  /** Milliseconds since the epoch. */
  now: () => number;
  metrics: Pick<Metrics, "countSocket">;
  log: Logger;
}

const protocol = "prefect";
const pingMs = 20_000;
const authMs = 10_000;
const maxFrame = 32 * 1024 * 1024;
/** Maximum of the first message, which is unauthenticated. */
const maxAuth = 64 * 1024;
const maxSockets = 10_000;
/** Time for storing received messages when the server stops. */
const settleMs = 3000;
const Auth = z.object({ type: z.literal("auth"), token: z.string().nullish() });

interface Welcomed {
  path: string;
  channel: Channel;
  address: string | undefined;
  /** Session of the cookie, if a page of this server opened the socket. */
  session: Session | undefined;
}

const policyViolation = 1008;
const protocolError = 1002;
const tryAgainLater = 1013;

/** Accepts WebSockets on the paths of `channels`; returns the function that closes them all. */
export function acceptSockets(server: Server, options: AcceptOptions): () => Promise<void> {
  const { channels, authString, localToken, origins, hosts, trustProxy, logins, sessions, metrics, log } =
    options;
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    maxPayload: maxFrame,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const unanswered = new Map<WebSocket, number>();
  const patience = new WeakMap<WebSocket, number>();
  const settledOf = new WeakMap<WebSocket, () => Promise<unknown>>();
  const timer = setInterval(() => pingAll(unanswered, (socket) => patience.get(socket) ?? 0), pingMs).unref();

  const welcome = (socket: WebSocket, { path, channel, address, session }: Welcomed) => {
    metrics.countSocket(path, 1);
    unanswered.set(socket, 0);
    patience.set(socket, channel.patience ?? 0);
    socket.on("pong", () => unanswered.set(socket, 0));
    socket.on("close", () => {
      metrics.countSocket(path, -1);
      unanswered.delete(socket);
    });
    socket.on("error", (error) => log.debug({ err: error }, "a socket failed"));
    if (session) endWith(session, socket, options.now());
    settledOf.set(
      socket,
      handleConnection(socket, channel, { authString, localToken, logins, address, session }),
    );
  };
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = pathOf(request);
    const channel = channels[path];
    stream.on("error", (error) => log.debug({ err: error }, "a connection failed"));
    if (!channel) return refuse(stream, notFound);
    const { origin, host } = request.headers;
    const proxyHeaders = trustProxy
      ? forwarded((name) => request.headers[name]?.toString())
      : nothingForwarded;
    if (!hosts.isWelcome(host)) return refuse(stream, misnamed);
    // Any page may open a socket to any server: browsers do not prevent it.
    if (!origins.isWelcome(origin, [host, proxyHeaders.host])) return refuse(stream, forbidden);
    if (sockets.clients.size >= maxSockets) return refuse(stream, full);
    const address = proxyHeaders.address ?? request.socket.remoteAddress;
    const own = { hosts: [host, proxyHeaders.host], protocol: proxyHeaders.protocol };
    // The cookie of a page of another origin is ignored.
    const session = origins.isOwn(origin, own) ? sessions.read(request.headers.cookie) : undefined;
    sockets.handleUpgrade(request, stream, head, (socket) =>
      welcome(socket, { path, channel, address, session }),
    );
  });
  return async () => {
    clearInterval(timer);
    for (const channel of Object.values(channels)) channel.close?.();
    // Received messages are stored and acknowledged before the client is disconnected.
    const settled = [...sockets.clients].map((socket) => settledOf.get(socket)?.());
    await Promise.race([Promise.allSettled(settled), sleep(settleMs, undefined, { ref: false })]);
    for (const socket of sockets.clients) socket.close(1001, "The server is shutting down.");
    setTimeout(() => sockets.clients.forEach((socket) => void socket.terminate()), 500).unref();
    sockets.close();
  };
}

const pathOf = (request: IncomingMessage) => (request.url ?? "").split("?")[0]?.replace(/\/$/, "") ?? "";

const notFound = { status: "404 Not Found", detail: "Not Found" };
const misnamed = { status: "403 Forbidden", detail: "Host not allowed." };
const full = { status: "503 Service Unavailable", detail: "Too many sockets are open." };
const forbidden = { status: "403 Forbidden", detail: "Origin not allowed." };

/** In JSON, like all refusals; clients fall back to another protocol when they see the status. */
function refuse(stream: Duplex, { status, detail }: typeof notFound): void {
  const body = JSON.stringify({ detail });
  stream.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function pingAll(unanswered: Map<WebSocket, number>, patienceOf: (socket: WebSocket) => number): void {
  for (const [socket, missed] of unanswered) {
    if (missed > patienceOf(socket)) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) {
      unanswered.set(socket, missed + 1);
      socket.ping();
    }
  }
}

/** No socket outlives the session that it was opened with; the client reconnects with a renewed one. */
function endWith({ expires }: Session, socket: WebSocket, now: number): void {
  const end = () => socket.close(policyViolation, "The session has ended.");
  const timer = setTimeout(end, Math.max(0, expires * 1000 - now)).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** The first message holds the credentials; later ones are the channel's. Returns a wait for received messages. */
function handleConnection(socket: WebSocket, channel: Channel, login: Login): () => Promise<unknown> {
  let listener: Listener | undefined;
  let isPreparing = false;
  const flow = new RateLimiter();
  const timer = setTimeout(() => socket.close(policyViolation, "Auth required but none came."), authMs);
  const open = async (welcome: () => void) => {
    clearTimeout(timer);
    if (channel.prepare) {
      isPreparing = true;
      try {
        await channel.prepare(socket);
      } catch (error) {
        return socket.close(tryAgainLater, closeReason(error));
      }
      isPreparing = false;
      if (socket.readyState !== WebSocket.OPEN) return;
    }
    welcome();
    listener = channel.open(socket);
  };
  socket.on("ping", async (data) => {
    await listener?.settled?.();
    if (socket.readyState === WebSocket.OPEN) socket.pong(data);
  });
  socket.on("close", () => {
    clearTimeout(timer);
    listener?.onClose?.();
  });
  socket.on("message", (data) => {
    const text = String(data);
    if (listener) {
      if (channel.isStream || flow.hasRoom()) return listener.onText(text);
      return socket.close(policyViolation, "Too many messages in a short time.");
    }
    if (isPreparing) return socket.close(policyViolation, "Expected no message before auth_success.");
    if (text.length > maxAuth) return socket.close(policyViolation, "Auth required but a long text came.");
    const refusal = refusalOf(text, login);
    if (refusal) return socket.close(policyViolation, refusal);
    return void open(() => socket.send(JSON.stringify({ type: "auth_success", ...channel.welcome })));
  });
  // Clients from before the sub-protocol send no credentials and expect no answer to them.
  if (socket.protocol !== protocol) {
    if (login.authString) socket.close(protocolError, "Expected the sub-protocol prefect.");
    else void open(() => {});
  }
  return async () => listener?.settled?.();
}

/** A close frame has room for 123 bytes of reason. */
const closeReason = (error: unknown): string =>
  Buffer.from(error instanceof Error ? error.message : String(error))
    .subarray(0, 120)
    .toString("utf8")
    .replace(/\uFFFD$/, "");

/** Burst size, and rate per second. */
const burst = 100;
const perSecond = 20;

/** A rate limiter for messages. */
class RateLimiter {
  #room = burst;
  #last = performance.now();

  hasRoom(): boolean {
    const now = performance.now();
    this.#room = Math.min(burst, this.#room + ((now - this.#last) / 1000) * perSecond);
    this.#last = now;
    this.#room -= 1;
    return this.#room >= 0;
  }
}

interface Login {
  authString: string | undefined;
  localToken: string | undefined;
  logins: FailedLogins;
  address: string | undefined;
  session: Session | undefined;
}

function refusalOf(
  text: string,
  { authString, localToken, logins, address, session }: Login,
): string | undefined {
  const auth = Auth.safeParse(parsed(text));
  if (!auth.success) return "Auth required but the first message was another.";
  if (authString === undefined) return undefined;
  const { token } = auth.data;
  if (!token) return session ? undefined : "Auth required but no token came.";
  if (localToken !== undefined && isToken(token, localToken)) return undefined;
  if (logins.wait(address) > 0) return "Auth required but too many failed from this address.";
  if (isToken(token, authString)) return undefined;
  logins.note(address, token);
  return "Auth required but the token is wrong.";
}

/** The JSON of a text; undefined when it is invalid. */
export function parsed(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
