import { type ClientOptions, socketToken, socketUrl } from "./client.ts";

export type SocketStatus = "connecting" | "live" | "offline";

export interface SocketOptions extends Pick<ClientOptions, "authString" | "apiKey"> {
  /** Base of the API, with `/api`. */
  baseUrl: string;
  /** Path of the socket, below that base. */
  path: string;
  /** The server has accepted the credentials: requests may be sent. */
  onReady: () => void;
  /** Each later message, unparsed. */
  onText: (text: string) => void;
  onStatus?: ((status: SocketStatus) => void) | undefined;
  /** The server rejects the credentials, or no longer accepts them; it is retried all the same. */
  onRefused?: (() => void) | undefined;
  /** Longest wait between two attempts, in ms. */
  lastRetry?: number;
}

export interface AuthenticatedSocket {
  /** Does nothing while disconnected: `onReady` reports the connection. */
  send(message: unknown): void;
  close(): void;
}

const policyViolation = 1008;
const firstRetry = 250;

/** A socket of the Prefect protocol: sends the credentials in its first message, and reconnects after every loss. */
export function openSocket(options: SocketOptions): AuthenticatedSocket {
  const { lastRetry = 10_000 } = options;
  let socket: WebSocket | undefined;
  let isReady = false;
  let retry = firstRetry;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const receive = (text: string) => {
    if (isReady) return options.onText(text);
    if (!isAuthSuccess(text)) return;
    isReady = true;
    retry = firstRetry;
    options.onStatus?.("live");
    options.onReady();
  };

  const open = () => {
    options.onStatus?.("connecting");
    const current = new WebSocket(socketUrl(options.baseUrl, options.path), ["prefect"]);
    socket = current;
    current.onopen = () => {
      // If it were closed while connecting, a browser would log an error.
      if (isClosed) return current.close(1000);
      current.send(JSON.stringify({ type: "auth", token: socketToken(options) }));
    };
    current.onmessage = (event) => isClosed || receive(String(event.data));
    current.onclose = ({ code }) => {
      isReady = false;
      if (isClosed) return;
      if (code === policyViolation) options.onRefused?.();
      options.onStatus?.("offline");
      timer = setTimeout(open, retry * (0.75 + Math.random() / 2));
      retry = Math.min(retry * 2, lastRetry);
    };
  };

  open();
  return {
    send(message) {
      if (isReady && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
    },
  };
}

function isAuthSuccess(text: string): boolean {
  const message: unknown = JSON.parse(text);
  return (
    typeof message === "object" && message !== null && "type" in message && message.type === "auth_success"
  );
}
