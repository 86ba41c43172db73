import { homedir } from "node:os";
import { join } from "node:path";
import { ApiError, type Client, createClient, type Send, userAgent } from "../client/client.ts";
import { retryingSend } from "../client/retrying-send.ts";
import { verifyingServer, WrongServer } from "../client/server-verification.ts";
import { readSettings, type Settings } from "../schema/settings.ts";
import { databasePath, findHolder } from "../store/admin/lock.ts";
import { UserError } from "./user-error.ts";

const defaultHome = (): string => join(homedir(), ".praetor");

/** The settings of the environment; a value that makes no sense is the user's to correct. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  try {
    return readSettings(environment, { home: defaultHome() });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** A server that says it is busy has done nothing of what was asked. */
const busyServer = { giveUpAfter: 30_000, onlyRefused: true };

/** A client for the server that the settings name, else for whoever serves the store of this machine. */
export function connect(): Client {
  const settings = settingsOf(process.env);
  const { apiUrl: baseUrl, authString, apiKey } = addressIn(settings) ?? localAddress(settings);
  return createClient({
    baseUrl,
    authString,
    apiKey,
    agent: userAgent,
    send: retryingSend(sendWithExplanation({ apiUrl: baseUrl, authString, apiKey }), busyServer),
  });
}

/** Where the server is that continues when this command has ended, and what it wants to see. */
export function serverAddress(settings: Settings): ServerAddress {
  const named = addressIn(settings);
  if (named) return named;
  const holder = findHolder(databasePath(settings));
  if (holder?.url && holder.kind === "script") {
    throw new UserError(
      `No server is running on this machine, only a script with an embedded server (process ${holder.pid}): start one with \`praetor server start\`, or set PRAETOR_API_URL.`,
    );
  }
  const { apiAuthString: authString, apiKey } = settings;
  return { apiUrl: localAddress(settings).apiUrl, authString, apiKey };
}

export interface ServerAddress {
  apiUrl: string;
  authString: string | undefined;
  apiKey: string | undefined;
}

function addressIn({ apiUrl, apiAuthString: authString, apiKey }: Settings): ServerAddress | undefined {
  return apiUrl === undefined ? undefined : { apiUrl: apiUrl.replace(/\/$/, ""), authString, apiKey };
}

/** Whoever serves the store says beside it where, and what lets the same user in. */
function localAddress(settings: Settings): ServerAddress {
  const holder = findHolder(databasePath(settings));
  if (holder?.url) {
    const { apiAuthString, apiKey } = settings;
    return { apiUrl: `${holder.url}/api`, authString: holder.token ?? apiAuthString, apiKey };
  }
  throw new UserError(
    "No server configured and none running on this machine: set PRAETOR_API_URL or start one with `praetor server start`.",
  );
}

/** Says in a sentence what `fetch` only hints at. */
function sendWithExplanation(contact: ServerAddress): Send {
  const send = verifyingServer(fetch, contact);
  return (request) =>
    send(request).catch((error: unknown) => {
      if (error instanceof ApiError || error instanceof WrongServer) throw error;
      throw new UserError(`No server answers at ${contact.apiUrl} (${reasonOf(error)}).`);
    });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return String(cause);
}
