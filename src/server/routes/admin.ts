import { setTimeout as sleep } from "node:timers/promises";
import {
  admin,
  apiVersion,
  compatibleVersion,
  praetorHeader,
  ResultStorage,
  type ServerInfo,
  server,
} from "../../schema/admin.ts";
import { mask } from "../../schema/block-documents.ts";
import { withoutPassword } from "../../schema/database-url.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import { type Settings, secretSettings } from "../../schema/settings.ts";
import { configurationKeys } from "../../store/records/configuration.ts";
import type { Store } from "../../store/store.ts";
import type { Csrf } from "../http/csrf.ts";
import { originOf } from "../origin.ts";
import { type Api, found, json, Reply, serve } from "../serve.ts";

interface AdminOptions {
  settings: Settings;
  store: Pick<Store, "workPools" | "blockDocuments" | "configuration" | "hasRoom" | "isShared" | "bytes">;
  database: string | undefined;
  info: () => ServerInfo;
  csrf: Csrf | undefined;
}

const capabilities = [
  "live",
  "graph",
  "errors",
  "event-batches",
  "failures",
  "selections",
  "log-search",
  "attempts",
  "graph-pages",
];

interface Origin {
  store: Pick<Store, "seq">;
  version: string;
  /** Milliseconds since the epoch. */
  started: number;
}

/** The current description of the server. */
export const serverInfo = ({ store, version, started }: Origin): ServerInfo => ({
  name: "praetor",
  version,
  capabilities,
  started: timestamp(started),
  seq: store.seq(),
  session: null,
});

export function serveAdmin(api: Api, { settings, store, database, info, csrf }: AdminOptions): void {
  serve(api, admin.health, () => true);
  serve(api, admin.ready, async () => {
    const fault = await faultOf(store);
    return fault === undefined
      ? { message: "OK" }
      : new Reply({ message: fault }, 503, { "retry-after": "5" });
  });
  serve(api, admin.hello, () => "👋");
  serve(api, admin.version, () => apiVersion);
  serve(
    api,
    admin.serverVersion,
    (_, c) => new Reply(versionFor(c.req.header("user-agent")), 200, { [praetorHeader]: info().version }),
  );
  serve(api, server.database, async () => ({
    kind: store.isShared ? ("postgresql" as const) : ("sqlite" as const),
    address: withoutPassword(database ?? "in memory"),
    bytes: await store.bytes(),
  }));
  serve(api, admin.settings, () => shown(settings));
  serveStorage(api, store);
  serve(api, admin.csrfToken, ({ client }) => {
    if (csrf) return csrf.issue(client);
    throw problem("invalid", "CSRF protection is disabled.");
  });
  serve(api, server.info, (_, { env: { session } }) => ({
    ...info(),
    session: session ? { expires: timestamp(session.expires * 1000) } : null,
  }));

  // At the root and open to all: a dashboard asks it before it knows whether credentials are needed.
  api.hono.get("/ui-settings", (c) => {
    const shared = {
      csrf_enabled: csrf !== undefined,
      auth: settings.apiAuthString ? "BASIC" : null,
      flags: [],
    };
    const versions = { default_ui: "v2", available_uis: ["v2"], v1_base_url: null, v2_base_url: "/" };
    return json({ api_url: `${originOf(c)}/api`, ...shared, ...versions }, { status: 200 });
  });
}

const noStorage = { default_result_storage_block_id: null };

/** Where clients keep results that name no place of their own. */
function serveStorage(api: Api, { blockDocuments, configuration }: AdminOptions["store"]): void {
  serve(api, admin.storage, async () =>
    ResultStorage.parse((await configuration.read(configurationKeys.resultStorage)) ?? noStorage),
  );
  serve(api, admin.setStorage, async (storage) => {
    const id = storage.default_result_storage_block_id;
    const block = found(await blockDocuments.read(id), `Block document ${id} not found.`);
    if (!block.document.block_schema.capabilities.includes("write-path")) {
      throw problem("invalid", `Block document ${id} cannot keep results: nothing can be written to it.`);
    }
    await configuration.write(configurationKeys.resultStorage, storage);
    return storage;
  });
  serve(api, admin.clearStorage, async () => {
    await configuration.delete(configurationKeys.resultStorage);
    return undefined;
  });
}

/**
 * Clients of Prefect compare this with their own version: an older server makes them warn, another major version makes
 * them refuse. A newer one of version 3 speaks the same API, so it gets its own version back.
 */
function versionFor(userAgent: string | undefined): string {
  const client = /^prefect\/(3\.\d+\.\d+)(?=[ .+a-z]|$)/.exec(userAgent ?? "")?.[1];
  const numbers = (version: string) => version.split(".").map(Number);
  const [, ownMinor = 0, ownPatch = 0] = numbers(compatibleVersion);
  const [, minor = 0, patch = 0] = numbers(client ?? compatibleVersion);
  const isNewer = minor > ownMinor || (minor === ownMinor && patch > ownPatch);
  return client !== undefined && isNewer ? client : compatibleVersion;
}

const patience = 2000;

const unread = "Database is not available";
const unwritten = "Database is not writable: disk full or failing";

/** Why the server is not ready: the store does not read something small in time, or found no room for the last write. */
async function faultOf(store: Pick<Store, "workPools" | "hasRoom">): Promise<string | undefined> {
  const late = new AbortController();
  const tried = Promise.all([store.workPools.count({}), store.hasRoom()]).then(
    ([, hasRoom]) => (hasRoom ? undefined : unwritten),
    () => unread,
  );
  const waited = sleep(patience, unread, { signal: late.signal }).catch(() => unread);
  const fault = await Promise.race([tried, waited]);
  late.abort();
  return fault;
}

/** The settings as a tree, without secrets. */
const shown = (settings: Settings): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (secretSettings.has(name) && value !== undefined) return [name, mask];
      return [name, name === "databaseUrl" && value !== undefined ? withoutPassword(String(value)) : value];
    }),
  );
