import { randomUUID } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { CsrfTokens, wantsCsrf } from "../client/csrf.ts";
import { type AttemptToken, attemptHeader, attemptText } from "../schema/attempt-tokens.ts";

/** The heartbeat event of one flow run, without id and time. */
export interface HeartbeatEvent {
  event: string;
  resource: Record<string, string>;
  related: Record<string, string>[];
}
interface Lease {
  id: string;
  seconds: number;
  attempt: AttemptToken | undefined;
}
interface Server {
  /** URL of the event socket. */
  url: string;
  baseUrl: string;
  token: string | null;
  headers: Record<string, string>;
}
/** The runs and leases to keep alive, and where heartbeats are sent. */
export interface Task {
  server: Server;
  beats: readonly HeartbeatEvent[];
  leases: readonly Lease[];
}
/** A lost lease, or the token of an attempt that was given up. */
export interface LostNotice {
  lost?: string;
  givenUp?: string;
}

/** Timeout of a request in ms. */
const patience = 10_000;
const lookEvery = 2000;
/** How long the main thread may take to end once its parent process is gone. */
const orphanGrace = 10_000;
/** Share of a lease's time after which it is renewed. */
const renewAfter = 0.75;

interface Settings {
  /** Seconds between two heartbeats. */
  every: number;
  /** The parent process; this one ends when it does. */
  parent: number | null;
}
const settings: Settings = workerData;
let server: Server | undefined;
let beats: readonly HeartbeatEvent[] = [];
const renewals = new Map<string, NodeJS.Timeout>();
let socket: WebSocket | undefined;
let isReady = false;

parentPort?.on("message", (task: Task) => {
  if (server && server.baseUrl !== task.server.baseUrl) socket?.close();
  server = task.server;
  beats = task.beats;
  const held = new Set(task.leases.map(({ id }) => id));
  for (const [id, timer] of renewals) {
    if (held.has(id)) continue;
    clearTimeout(timer);
    renewals.delete(id);
  }
  for (const lease of task.leases) if (!renewals.has(lease.id)) keep(lease);
});
setInterval(beat, settings.every * 1000);
if (settings.parent !== null) setInterval(watchParent, lookEvery);

/** A heartbeat that cannot be sent is skipped: the next one has the same content. */
function beat(): void {
  if (beats.length === 0) return;
  if (!socket) connect();
  else if (isReady) for (const each of beats) socket.send(textOf(each));
}

function connect(): void {
  if (!server) return;
  const { url, token } = server;
  const current = new WebSocket(url, ["prefect"]);
  socket = current;
  current.onopen = () => current.send(JSON.stringify({ type: "auth", token }));
  current.onmessage = ({ data }) => {
    if (isReady) return receive(String(data));
    isReady = true;
    beat();
  };
  current.onclose = () => {
    if (socket !== current) return;
    isReady = false;
    socket = undefined;
  };
}

/** A process that is busy computing learns here that another attempt has its run. */
function receive(text: string): void {
  const { type, tokens }: { type?: string; tokens?: string[] } = JSON.parse(text);
  if (type !== "given-up") return;
  for (const givenUp of tokens ?? []) parentPort?.postMessage({ givenUp } satisfies LostNotice);
}

const textOf = (each: HeartbeatEvent): string =>
  JSON.stringify({
    ...each,
    id: randomUUID(),
    occurred: new Date().toISOString(),
    follows: null,
    payload: {},
  });

/** Renews after three quarters of the lease's time; retries on failure. */
function keep(lease: Lease, after = lease.seconds * renewAfter): void {
  const renewal = setTimeout(async () => {
    const status = await renew(lease);
    if (renewals.get(lease.id) !== renewal) return;
    if (status === 409 && lease.attempt) {
      renewals.delete(lease.id);
      parentPort?.postMessage({ givenUp: lease.attempt.token } satisfies LostNotice);
    } else if (status === 410 || status === 404) {
      renewals.delete(lease.id);
      parentPort?.postMessage({ lost: lease.id } satisfies LostNotice);
    } else keep(lease, status === 204 ? undefined : 1);
  }, after * 1000);
  renewals.set(lease.id, renewal);
}

const csrf = new CsrfTokens();

/** The response status; 0 without a response. */
async function renew(lease: Lease): Promise<number> {
  if (!server) return 0;
  const { baseUrl, headers } = server;
  try {
    const shown = csrf.current;
    const response = await askToRenew(lease, server);
    if (!(await wantsCsrf(response))) return response.status;
    const readToken = (path: string) => fetch(baseUrl + path, { headers });
    return (await csrf.replace(shown, readToken))
      ? (await askToRenew(lease, server)).status
      : response.status;
  } catch {
    return 0;
  }
}

const askToRenew = ({ id, seconds, attempt }: Lease, { baseUrl, headers }: Server): Promise<Response> =>
  fetch(`${baseUrl}/v2/concurrency_limits/leases/${id}/renew`, {
    method: "POST",
    headers: {
      ...headers,
      ...csrf.headers(),
      ...(attempt ? { [attemptHeader]: attemptText(attempt) } : {}),
      "content-type": "application/json",
    },
    body: JSON.stringify({ lease_duration: seconds }),
    signal: AbortSignal.timeout(patience),
  });

/** A computation may keep the main thread from noticing that its parent is gone. */
function watchParent(): void {
  if (process.ppid === settings.parent) return;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), orphanGrace);
}
