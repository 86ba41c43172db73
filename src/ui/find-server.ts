import { z } from "zod";
import { ApiError, type Send } from "../client/client.ts";
import { PageInfo } from "../schema/admin.ts";
import { type Api, createApi, readInfo } from "./api.ts";
import { passwordFor, signInAsBefore } from "./session.ts";
import { forgetOldPassword } from "./settings.ts";

const UiSettings = z.object({ api_url: z.string() });

interface Options {
  /** Set by the user; else the origin of this page, else what the origin names. */
  apiUrl: string | null;
  /** Called with the address of the API whose credentials are missing or no longer good. */
  onUnauthorized: (baseUrl: string) => void;
}

/** Finds the API: one request when this page came from the server itself. */
export async function findServer({ apiUrl, onUnauthorized }: Options): Promise<Api> {
  const { baseUrl, page: known } = apiUrl ? { baseUrl: trimmed(apiUrl) } : await findBase();
  const page = known === undefined ? await readOrSignIn(baseUrl, onUnauthorized) : known;
  // Wherever this browser kept it for, that server asks for none, or has got it.
  forgetOldPassword();
  const send = withNotice(fetchSend, () => onUnauthorized(baseUrl));
  return createApi({ baseUrl, send, authString: passwordFor(baseUrl), page });
}

async function readOrSignIn(baseUrl: string, onUnauthorized: (baseUrl: string) => void) {
  const read = () => readInfo(baseUrl, fetchSend, passwordFor(baseUrl));
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    if (await signInAsBefore(baseUrl, fetchSend)) return read();
    onUnauthorized(baseUrl);
    throw error;
  }
}

const fetchSend: Send = (request) => fetch(request);
const trimmed = (address: string) => address.replace(/\/+$/, "");

/** What the server of this page has put into it; else looks for the API beside it, else where the page's server says it is. */
async function findBase(): Promise<{ baseUrl: string; page?: PageInfo | null }> {
  const own = `${location.origin}/api`;
  const embedded = document.getElementById("praetor-info")?.textContent;
  if (embedded) return { baseUrl: own, page: PageInfo.parse(JSON.parse(embedded)) };
  const probe = await fetch(`${own}/praetor/info`).catch(() => null);
  if (probe?.headers.get("content-type")?.includes("json")) {
    if (probe.ok) return { baseUrl: own, page: PageInfo.parse(await probe.json()) };
    return probe.status === 404 ? { baseUrl: own, page: null } : { baseUrl: own };
  }
  const named = await fetch("/ui-settings").catch(() => null);
  const parsed = named?.ok ? UiSettings.safeParse(await named.json().catch(() => null)) : null;
  return { baseUrl: parsed?.success ? trimmed(parsed.data.api_url) : own };
}

const withNotice =
  (send: Send, onUnauthorized: () => void): Send =>
  async (request) => {
    const response = await send(request);
    if (response.status === 401) onUnauthorized();
    return response;
  };
