import { setTimeout as sleep } from "node:timers/promises";
import { admin, apiVersion, compatibleVersion, type ServerInfo, server } from "../../schema/admin.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Settings } from "../../schema/settings.ts";
import type { Store } from "../../store/store.ts";
import type { Csrf } from "../door/csrf.ts";
import { originOf } from "../origin.ts";
import { type Api, json, Reply, serve } from "../serve.ts";

interface AdminOptions {
  settings: Settings;
  store: Pick<Store, "workPools">;
  info: () => ServerInfo;
  csrf: Csrf | undefined;
}

const capabilities = ["live", "graph", "errors", "event-batches", "failures", "selections"];

interface Origin {
  store: Pick<Store, "seq">;
  version: string;
  /** Milliseconds since the epoch. */
  started: number;
}

/** What the server says of itself at the moment. */
export const serverInfo = ({ store, version, started }: Origin): ServerInfo => ({
  name: "praetor",
  version,
  capabilities,
  started: timestamp(started),
  seq: store.seq(),
});

export function serveAdmin(api: Api, { settings, store, info, csrf }: AdminOptions): void {
  serve(api, admin.health, () => true);
  serve(api, admin.ready, async () =>
    (await answers(store)) ? { message: "OK" } : new Reply({ message: "Database is not available" }, 503),
  );
  serve(api, admin.hello, () => "👋");
  serve(api, admin.version, () => apiVersion);
  serve(api, admin.serverVersion, () => compatibleVersion);
  serve(api, admin.settings, () => shown(settings));
  serve(api, admin.storage, () => ({ default_result_storage_block_id: null }));
  serve(api, admin.csrfToken, ({ client }) => {
    if (csrf) return csrf.issue(client);
    throw problem("invalid", "CSRF protection is disabled.");
  });
  serve(api, server.info, info);

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

const patience = 2000;

/** Whether the store reads something small in time. */
async function answers(store: Pick<Store, "workPools">): Promise<boolean> {
  const late = new AbortController();
  const read = store.workPools.count({}).then(
    () => true,
    () => false,
  );
  const waited = sleep(patience, false, { signal: late.signal }).catch(() => false);
  const isAnswered = await Promise.race([read, waited]);
  late.abort();
  return isAnswered;
}

const hidden = "********";

/** The settings as a tree, without what must stay secret. */
function shown({ apiAuthString, apiKey, ...open }: Settings): Record<string, unknown> {
  return {
    ...open,
    ...(apiAuthString ? { apiAuthString: hidden } : {}),
    ...(apiKey ? { apiKey: hidden } : {}),
  };
}
