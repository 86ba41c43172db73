import { settled } from "../schema/exact-bodies.ts";
import { parseExact } from "../schema/exact-json.ts";
import { type Change, LiveFrame, livePath, type Scope } from "../schema/live.ts";
import { type ClientOptions, socketToken, socketUrl } from "./client.ts";

export type LiveStatus = "connecting" | "live" | "offline";

export interface LiveOptions extends Pick<ClientOptions, "authString" | "apiKey"> {
  baseUrl: string;
  /** Where to begin; from now when it is left out. */
  since?: number;
  /** Each committed change of the scopes asked for, in order, once. */
  onChanges: (changes: Change[], seq: number) => void;
  /** Something was missed: read everything again. */
  onReset: () => void;
  onStatus?: (status: LiveStatus) => void;
  /** The server does not take the credentials, or no longer; it is asked again all the same. */
  onRefused?: () => void;
}

export interface Live {
  /** Replaces what is listened to. */
  subscribe(scopes: readonly Scope[]): void;
  /** The last seq applied, if any was. */
  readonly seq: number | null;
  close(): void;
}

const policyViolation = 1008;
const firstRetry = 250;
const lastRetry = 10_000;

/** The live channel: one socket that resumes from the last seq after every loss of the connection. */
export function connectLive(options: LiveOptions): Live {
  let socket: WebSocket | undefined;
  let scopes: readonly Scope[] = [];
  let seq: number | null = options.since ?? null;
  let ready = false;
  let retry = firstRetry;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const ask = () => {
    if (ready) socket?.send(JSON.stringify({ type: "subscribe", scopes, since: seq }));
  };

  const receive = (text: string) => {
    const message: unknown = parseExact(text);
    if (isAuthSuccess(message)) {
      ready = true;
      retry = firstRetry;
      options.onStatus?.("live");
      return ask();
    }
    const frame = LiveFrame.parse(settled(LiveFrame, message));
    seq = frame.seq;
    if (frame.type === "reset") options.onReset();
    else options.onChanges(frame.changes, frame.seq);
  };

  const open = () => {
    options.onStatus?.("connecting");
    const current = new WebSocket(socketUrl(options.baseUrl, livePath), ["prefect"]);
    socket = current;
    current.onopen = () => current.send(JSON.stringify({ type: "auth", token: socketToken(options) }));
    current.onmessage = (event) => receive(String(event.data));
    current.onclose = ({ code }) => {
      ready = false;
      if (closed) return;
      if (code === policyViolation) options.onRefused?.();
      options.onStatus?.("offline");
      timer = setTimeout(open, retry * (0.75 + Math.random() / 2));
      retry = Math.min(retry * 2, lastRetry);
    };
  };

  open();
  return {
    get seq() {
      return seq;
    },
    subscribe(next) {
      scopes = next;
      ask();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close(1000);
    },
  };
}

const isAuthSuccess = (message: unknown): boolean =>
  typeof message === "object" && message !== null && "type" in message && message.type === "auth_success";
