import { ApiError, type Client, createClient, type Send } from "../client/client.ts";
import { server } from "../schema/admin.ts";
import { type Api, isOfThisPage, readInfo } from "./api.ts";
import { forgetOldPassword, oldPassword } from "./settings.ts";

// Who is signed in, and where. At the server that this page came from, if it is ours, a cookie says so that no script can read. Of any
// other the password is kept here, in the memory of this tab, by the address of its API.

const passwords = new Map<string, string>();
const key = "praetor-session";
const listeners = new Set<() => void>();

export interface Login {
  user: string;
  password: string;
}

/** `user:password` for the API at this address, where no cookie lets in. */
export const passwordFor = (baseUrl: string): string | null => passwords.get(baseUrl) ?? null;

/** Signs in at the API of this address; answers why it was refused, or nothing. Throws when no server answers. */
export async function signIn(baseUrl: string, login: Login, send: Send = fetch): Promise<string | undefined> {
  const refusal = isOfThisPage(baseUrl)
    ? await beginSession(createClient({ baseUrl, send }), login)
    : elsewhere;
  if (typeof refusal === "string") return refusal;
  const isKept = refusal !== elsewhere && (await isLetIn(baseUrl, send, null));
  if (!isKept) {
    const authString = `${login.user}:${login.password}`;
    if (!(await isLetIn(baseUrl, send, authString))) return "Wrong user or password.";
    passwords.set(baseUrl, authString);
  }
  changed();
  return undefined;
}

/** Ends the session, in all tabs. What was asked before must not renew it afterwards. */
export async function signOut(api: Api): Promise<void> {
  const { client, queries } = api;
  await queries.cancelQueries();
  passwords.delete(client.baseUrl);
  if (hasSession(api))
    await client.call(server.signOut, {}).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    });
  changed();
}

/** Whether there is anything to sign out of. */
export const isSignedIn = (api: Api): boolean => hasSession(api) || passwords.has(api.client.baseUrl);

const hasSession = ({ info, prefect }: Api): boolean => Boolean((info ?? prefect)?.session);

/** Calls after somebody signed in or out, also in another tab. */
export function onSessionChange(listener: () => void): () => void {
  const hear = (event: StorageEvent) => event.key === key && listener();
  listeners.add(listener);
  window.addEventListener("storage", hear);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", hear);
  };
}

/** An older version kept the password in this browser: it signs in once with it, and then it is gone. */
export async function signInAsBefore(baseUrl: string, send: Send): Promise<boolean> {
  const kept = oldPassword();
  forgetOldPassword();
  const [, user, password = ""] = /^([^:]*):(.*)$/s.exec(kept ?? "") ?? [];
  if (user === undefined) return false;
  return (await signIn(baseUrl, { user, password }, send)) === undefined;
}

const elsewhere = Symbol("a server without sessions");

/** Answers why our server refuses, if it does. */
async function beginSession(client: Client, { user, password }: Login) {
  try {
    await client.call(server.signIn, { user, password });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const detail = Object(error.body).detail;
    const isOurs = error.status !== 404 && typeof detail === "string";
    return isOurs ? detail : elsewhere;
  }
}

/** Whether these credentials, or the cookie where there are none, let in. */
const isLetIn = (baseUrl: string, send: Send, authString: string | null): Promise<boolean> =>
  readInfo(baseUrl, send, authString).then(
    () => true,
    (error: unknown) => {
      if (isRefusal(error)) return false;
      throw error;
    },
  );

const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

function changed() {
  for (const listener of listeners) listener();
  // Other tabs hear of it as a change of the storage.
  localStorage.setItem(key, String(Date.now()));
}
