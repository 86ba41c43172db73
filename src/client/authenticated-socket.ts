import { type ClientOptions, socketToken, socketUrl } from "./client.ts";

export type SocketStatus = "connecting" | "live" | "offline";

export interface SocketOptions extends Pick<ClientOptions, "authString" | "apiKey"> {
  /** Base of the API, with `/api`. */
  baseUrl: string;
  /** Of the socket, below that base. */
  path: string;
  /** The server has taken the credentials: now it may be asked. */
  onReady: () => void;
  /** Each message after that, as it came. */
  onText: (text: string) => void;
  onStatus?: ((status: SocketStatus) => void) | undefined;
  /** The server does not take the credentials, or no longer; it is asked again all the same. */
  onRefused?: (() => void) | undefined;
  /** Milliseconds; the longest wait between two attempts. */
  lastRetry?: number;
}

export interface AuthenticatedSocket {
  /** Does nothing while the server does not listen: `onReady` says when it does. */
  send(message: unknown): void;
  close(): void;
}

const policyViolation = 1008;
const firstRetry = 250;

/** A socket of the Prefect protocol: shows the credentials in its first message, and connects again after every loss. */
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
      // Closed before it was open, a browser would write an error to the console.
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
