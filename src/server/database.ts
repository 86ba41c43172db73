import { existsSync } from "node:fs";
import { isPostgresUrl } from "../schema/database-url.ts";
import type { Settings } from "../schema/settings.ts";
import { backupDatabase } from "../store/admin/backup.ts";
import {
  checkDatabase,
  type DatabaseCheck,
  knownMigrations,
  type Upgrade,
  upgradeDatabase,
} from "../store/admin/database.ts";
import { databasePath, takeLock } from "../store/admin/lock.ts";
import { openStore } from "../store/store.ts";

// Operations on the configured database without a server.

export type { DatabaseCheck, Upgrade };

export interface UpgradeRequest {
  to?: number | undefined;
  /** Whether data may be lost. */
  isAccepted: boolean;
}

/** Migrates the tables to a version. Refused while a server uses the file. */
export async function upgrade(settings: Settings, { to, isAccepted }: UpgradeRequest): Promise<Upgrade> {
  const numbers = knownMigrations().map(({ number }) => number);
  if (to !== undefined && to !== 0 && !numbers.includes(to)) {
    throw new Error(`No migration ${to}: expected 0 or one of ${numbers.join(", ")}.`);
  }
  const path = databasePath(settings);
  const lock = takeLock(path, "command");
  try {
    return await upgradeDatabase(path, {
      to,
      accept({ undone, losesData }) {
        if (!losesData || isAccepted) return;
        const names = undone.map(({ number, name }) => `${number} (${name})`).join(", ");
        throw new Error(
          `Rolling back ${names} deletes the data in their tables. Make a backup, then pass --yes.`,
        );
      },
    });
  } finally {
    lock.release();
  }
}

/** Recounts the rollups; returns how many were wrong. */
export async function repair(settings: Settings): Promise<number> {
  const path = present(settings);
  const lock = takeLock(path, "command");
  try {
    const store = await openStore({ path, isPatient: true });
    const differences = await store.rollups.differences();
    if (differences.length > 0) await store.rollups.rebuild();
    await store.close();
    return differences.length;
  } finally {
    lock.release();
  }
}

export async function check(settings: Settings): Promise<DatabaseCheck> {
  return checkDatabase(present(settings));
}

/** Copies the database into a file, also while a server runs; returns its bytes. */
export async function backup(settings: Settings, file: string): Promise<number> {
  return backupDatabase(present(settings), file);
}

/** Opening a missing file would create it. */
function present(settings: Settings): string {
  const path = databasePath(settings);
  if (path === ":memory:") throw new Error("An in-memory database can only be used by its server.");
  if (!isPostgresUrl(path) && !existsSync(path)) throw new Error(`No database at ${path}.`);
  return path;
}
