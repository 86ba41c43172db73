import { homedir } from "node:os";
import { join } from "node:path";
import { ApiError, type Client, createClient, type Send, userAgent } from "../client/client.ts";
import { retryingSend } from "../client/retrying-send.ts";
import { verifyingServer, WrongServer } from "../client/server-verification.ts";
import { readSettings, type Settings } from "../schema/settings.ts";
import { databasePath, findHolder } from "../store/admin/lock.ts";
import { UserError } from "./user-error.ts";

const defaultHome = (): string => join(homedir(), ".praetor");

/** The settings of the environment; an invalid value is a user error. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  try {
    return readSettings(environment, { home: defaultHome() });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** A server that reports being busy has not executed the request. */
const busyServer = { giveUpAfter: 30_000, onlyRefused: true };

/** A client for the configured server, else for the process that serves this machine's store. */
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

/** Address and credentials of a server that keeps running after this command. */
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

/** The process that serves the store publishes its address and, for the same user, its token. */
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

/** Explains in a sentence the cause of a failed `fetch`. */
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
