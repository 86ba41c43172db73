import { randomUUID } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { CsrfTokens, wantsCsrf } from "../client/csrf.ts";
import { type AttemptToken, attemptHeader, attemptText } from "../schema/attempt-tokens.ts";

/** The event of one flow run, without its id and time. */
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
  /** Of the socket for events. */
  url: string;
  baseUrl: string;
  token: string | null;
  headers: Record<string, string>;
}
/** What the thread is to keep alive, and where it says so. */
export interface Task {
  server: Server;
  beats: readonly HeartbeatEvent[];
  leases: readonly Lease[];
}
/** A lease that is gone, and the token of an attempt that was given up. */
export interface LostNotice {
  lost?: string;
  givenUp?: string;
}

/** For an answer, in milliseconds. */
const patience = 10_000;
const lookEvery = 2000;
/** How long the main thread has to end on its own once the process that started it is gone. */
const orphanGrace = 10_000;
/** Of a lease's time, before it is renewed. */
const renewAfter = 0.75;

interface Settings {
  /** Seconds between two beats. */
  every: number;
  /** The process that must not end before this one. */
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

/** A beat that cannot be sent is left out: the next one says the same. */
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

/** A process that is busy computing hears here that its run is another's. */
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

/** Renews at three quarters of the time; when that fails, as often as it takes. */
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

/** The status that was answered; 0 when nothing was. */
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

/** A computation may keep the main thread from noticing that it is alone. */
function watchParent(): void {
  if (process.ppid === settings.parent) return;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), orphanGrace);
}
