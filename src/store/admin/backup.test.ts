import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { backupDatabase } from "./backup.ts";

test("a backup of a file under constant writes finishes, with the content from its start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-backup-"));
  const path = join(folder, "praetor.db");
  const file = join(folder, "copy.db");
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; create table word (text text)");
  database.exec("insert into word values (hex(zeroblob(5000000)))");
  let isCopied = false;
  const copied = backupDatabase(path, file).finally(() => {
    isCopied = true;
  });
  let written = 0;
  while (!isCopied && written < 100_000) {
    database.exec("insert into word values ('new')");
    written += 1;
    await new Promise(setImmediate);
  }
  database.close();
  expect(isCopied).toBe(true);
  await copied;
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(copy.prepare("select count(*) as words from word").get()).toEqual({ words: 1 });
  copy.close();
  rmSync(folder, { recursive: true });
});
