import type { ClientOptions, Send } from "../client/client.ts";
import type { OpenSocket } from "../client/events.ts";
import { verifyingServer } from "../client/server-verification.ts";
import { openSockets } from "./socket.ts";

/** Where a server is to be called, and what it wants to see. */
export interface ServerAddress extends Pick<ClientOptions, "authString" | "apiKey"> {
  /** Base of the API, with `/api`. */
  apiUrl: string;
}

/** How the SDK gets at its server, which on this machine may move while a flow runs. */
export interface ServerConnection {
  /** Where it is now. */
  readonly address: ServerAddress;
  /** For messages to people. */
  readonly name: string;
  /** Whether it is a server that was started as one: with a dashboard, schedules and workers. */
  readonly isServer: boolean;
  /** Variables with which a child process finds it as well. */
  readonly environment: Record<string, string>;
  /** Takes requests to any address that it has had. */
  readonly send: Send;
  readonly open: OpenSocket;
  /** Receives each move; returns the function that stops it. */
  onMove(listener: (address: ServerAddress) => void): () => void;
  close(): Promise<void>;
}

/** A server that stays where it is. */
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
