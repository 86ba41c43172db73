import type { ClientOptions, Send } from "../client/client.ts";
import type { OpenSocket } from "../client/events.ts";
import { verifyingServer } from "../client/server-verification.ts";
import { openSockets } from "./socket.ts";

/** Address of a server and its credentials. */
export interface ServerAddress extends Pick<ClientOptions, "authString" | "apiKey"> {
  /** Base of the API, with `/api`. */
  apiUrl: string;
}

/** How the SDK reaches its server, whose address on this machine may change while a flow runs. */
export interface ServerConnection {
  /** Its current address. */
  readonly address: ServerAddress;
  /** For messages to users. */
  readonly name: string;
  /** Whether it was started as a server: with a dashboard, schedules and workers. */
  readonly isServer: boolean;
  /** Environment variables with which a child process finds it. */
  readonly environment: Record<string, string>;
  /** Sends requests to the current address, also those made for an earlier one. */
  readonly send: Send;
  readonly open: OpenSocket;
  /** Calls back on each change of the address; returns the function that unsubscribes. */
  onMove(listener: (address: ServerAddress) => void): () => void;
  close(): Promise<void>;
}

/** A server with a fixed address. */
export function fixedServer(address: ServerAddress): ServerConnection {
  const apiUrl = address.apiUrl.replace(/\/+$/, "");
  return {
    address: { ...address, apiUrl },
    name: `the server at ${apiUrl}`,
    isServer: true,
    environment: { PRAETOR_API_URL: apiUrl },
    send: verifyingServer(fetch, { ...address, apiUrl }),
    open: openSockets(apiUrl),
    onMove: () => () => {},
    close: async () => {},
  };
}
