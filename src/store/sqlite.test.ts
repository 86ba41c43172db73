import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeStore } from "./contract/suite.ts";
import { openStore } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "praetor-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

describeStore("SQLite in memory", (now) => openStore({ path: ":memory:", now }));
describeStore("SQLite in a file", (now) => {
  files += 1;
  return openStore({ path: join(folder, `${files}.db`), now });
});
