import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { backupDatabase } from "../admin/backup.ts";
import { openStore } from "../store.ts";

test("a database, its companion files and backups are private to the owner, whatever the umask", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-mode-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = await openStore({ path: join(folder, "praetor.db") });
  onTestFinished(() => store.close());
  await store.transaction(async (tx) => tx.flows.create({ name: "a", tags: [], labels: {} }));
  await backupDatabase(join(folder, "praetor.db"), join(folder, "copy.db"));
  const files = readdirSync(folder).sort();
  expect(files).toEqual(["copy.db", "praetor.db", "praetor.db-shm", "praetor.db-wal"]);
  for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
});
