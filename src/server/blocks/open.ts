import type { Logger } from "pino";
import { isPostgresUrl } from "../../schema/database-url.ts";
import type { Settings } from "../../schema/settings.ts";
import type { Store } from "../../store/store.ts";
import { seedBlocks } from "./seeds.ts";
import { Vault } from "./vault.ts";

/** Before blocks are served: creates their types, rotates the key, and logs problems. */
export async function openBlocks(store: Store, settings: Settings, log: Logger): Promise<Vault> {
  const { encryptionKey, databaseUrl = "" } = settings;
  await seedBlocks(store);
  const vault = new Vault(store, settings);
  const doubt = await vault.open();
  if (doubt !== undefined) log.error(doubt);
  if (isPostgresUrl(databaseUrl) && encryptionKey === undefined) {
    log.warn(
      "PRAETOR_ENCRYPTION_KEY is not set: secrets are encrypted with a key in this machine's PRAETOR_HOME, which other servers on the same database do not have.",
    );
  }
  return vault;
}
