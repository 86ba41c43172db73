import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ApiError, type Client, createClient, type Send, userAgent } from "../client/client.ts";
import { persistent } from "../client/send.ts";
import { readSettings, type Settings } from "../schema/settings.ts";
import { Refusal } from "./refusal.ts";

const defaultHome = (): string => join(homedir(), ".praetor");

/** The settings of the environment; a value that makes no sense is the user's to correct. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  try {
    return readSettings(environment, { home: defaultHome() });
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

/** A server that says it is busy has done nothing of what was asked. */
const busyServer = { giveUpAfter: 30_000, onlyRefused: true };

/** A client for the server that the settings name, else for the one that runs on this machine. */
export function connect(): Client {
  const { apiUrl: baseUrl, authString, apiKey } = serverAddress();
  return createClient({
    baseUrl,
    authString,
    apiKey,
    agent: userAgent,
    send: persistent(sendTo(baseUrl), busyServer),
  });
}

/** Where that server is, and what it wants to see. */
export function serverAddress(): ServerAddress {
  const settings = settingsOf(process.env);
  const apiUrl = settings.apiUrl?.replace(/\/$/, "") ?? localServer(settings);
  if (apiUrl === undefined) {
    throw new Refusal(
      "No server was named and none runs on this machine: set PRAETOR_API_URL or start one with `praetor server start`.",
    );
  }
  return { apiUrl, authString: settings.apiAuthString, apiKey: settings.apiKey };
}

interface ServerAddress {
  apiUrl: string;
  authString: string | undefined;
  apiKey: string | undefined;
}

/** Says in a sentence what `fetch` only hints at. */
function sendTo(baseUrl: string): Send {
  return async (request) => {
    const response = await fetch(request).catch((error: unknown) => {
      throw new Refusal(`No server answers at ${baseUrl} (${reasonOf(error)}).`);
    });
    if (response.status !== 401) return response;
    throw new ApiError(
      `The server at ${baseUrl} wants other credentials: set PRAETOR_API_AUTH_STRING to its user:password.`,
      response.status,
      await response.text(),
    );
  };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return String(cause);
}

/** A running server leaves its address beside its database. */
function localServer({ home, databaseUrl }: Settings): string | undefined {
  const database = databaseUrl ?? join(home, "praetor.db");
  try {
    const holder: unknown = JSON.parse(readFileSync(`${database}.lock`, "utf8"));
    if (typeof holder !== "object" || holder === null) return undefined;
    if (!("url" in holder && "pid" in holder)) return undefined;
    process.kill(Number(holder.pid), 0);
    return typeof holder.url === "string" ? `${holder.url.replace(/\/(api\/?)?$/, "")}/api` : undefined;
  } catch {
    // No lock, or one whose holder is gone: no server.
    return undefined;
  }
}
