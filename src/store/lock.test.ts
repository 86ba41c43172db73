import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findServer, takeLock } from "./lock.ts";

let folder = "";
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "praetor-lock-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const database = () => join(folder, "praetor.db");

/** Another process that takes the lock, tells its URL, and stays. */
async function holder(): Promise<ChildProcess> {
  const script = `
    import { takeLock } from ${JSON.stringify(new URL("./lock.ts", import.meta.url).href)};
    takeLock(${JSON.stringify(database())}).setUrl("http://127.0.0.1:4321");
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script]);
  children.push(child);
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

test("a living holder is named with its pid and URL, and found by its URL", async () => {
  const child = await holder();
  expect(() => takeLock(database())).toThrow(`in use by the process ${child.pid} at http://127.0.0.1:4321`);
  expect(findServer(database())).toBe("http://127.0.0.1:4321");
});

test("the lock of a dead process is taken over", async () => {
  const child = await holder();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(findServer(database())).toBeUndefined();
  const lock = takeLock(database());
  expect(JSON.parse(readFileSync(`${database()}.lock`, "utf8"))).toMatchObject({
    pid: process.pid,
    url: null,
  });
  lock.release();
});

test("a process does not hold a database twice, and gives it back", () => {
  const lock = takeLock(database());
  expect(() => takeLock(database())).toThrow(`in use by the process ${process.pid}`);
  lock.setUrl("http://127.0.0.1:1");
  expect(findServer(database())).toBe("http://127.0.0.1:1");
  lock.release();
  expect(existsSync(`${database()}.lock`)).toBe(false);
  takeLock(database()).release();
});

test("a lock that carries our own pid from an earlier life, or that is cut short, counts as stale", () => {
  for (const left of [JSON.stringify({ pid: process.pid, url: null, started: "" }), '{"pi']) {
    writeFileSync(`${database()}.lock`, left);
    takeLock(database()).release();
  }
});

test("a store in memory needs no lock", () => {
  takeLock(":memory:");
  takeLock(":memory:").release();
  expect(findServer(":memory:")).toBeUndefined();
});
