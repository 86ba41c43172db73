import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHolder, type HolderKind, newToken, takeLock } from "./lock.ts";

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
const file = new URL("./lock.ts", import.meta.url).href;
const place = { url: "http://127.0.0.1:4321", token: "praetor:secret" };

/** Another process that takes the lock, publishes its address, and keeps running. */
async function holder(kind: HolderKind = "server"): Promise<ChildProcess> {
  const script = `
    import { takeLock } from ${JSON.stringify(file)};
    takeLock(${JSON.stringify(database())}, "${kind}").publish(${JSON.stringify(place)});
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script]);
  children.push(child);
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

test("a live holder is reported with pid and URL, and found with its credential for the same user", async () => {
  const child = await holder("script");
  expect(() => takeLock(database(), "server")).toThrow(
    `in use by the process ${child.pid} at http://127.0.0.1:4321`,
  );
  expect(findHolder(database())).toMatchObject({ pid: child.pid, kind: "script", ...place });
});

test("the credential is readable only by its owner, whatever the mode of the folder, and always new", async () => {
  const lock = takeLock(database(), "script");
  expect(statSync(`${database()}.lock`).mode & 0o777).toBe(0o600);
  lock.publish(place);
  expect(statSync(`${database()}.lock`).mode & 0o777).toBe(0o600);
  expect(statSync(`${database()}.mutex`).mode & 0o777).toBe(0o600);
  lock.release();
  expect(newToken()).not.toBe(newToken());
});

test("the lock of a dead process is taken over, even as a zombie", async () => {
  const child = await holder();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(findHolder(database())).toBeUndefined();
  const lock = takeLock(database(), "server");
  expect(JSON.parse(readFileSync(`${database()}.lock`, "utf8"))).toMatchObject({
    pid: process.pid,
    url: null,
  });
  lock.release();
});

test("of five processes that find a stale lock, one gets it", async () => {
  const child = await holder();
  child.kill("SIGKILL");
  await once(child, "exit");
  const script = `
    import { takeLock } from ${JSON.stringify(file)};
    process.stdin.once("data", () => {
      try { takeLock(${JSON.stringify(database())}, "script"); console.log("taken"); }
      catch (error) { console.log(error.name); }
      setInterval(() => {}, 1000);
    });
    console.log("ready");`;
  const racers = Array.from({ length: 5 }, () => {
    const racer = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script]);
    children.push(racer);
    return racer;
  });
  await Promise.all(racers.map((racer) => once(racer.stdout, "data")));
  const said = racers.map(async (racer) => String((await once(racer.stdout, "data"))[0]).trim());
  for (const racer of racers) racer.stdin.write("go\n");
  expect((await Promise.all(said)).toSorted()).toEqual([...Array(4).fill("DatabaseInUse"), "taken"]);
});

test("a process does not lock a database twice, even from another thread, and releases it", async () => {
  const lock = takeLock(database(), "server");
  expect(() => takeLock(database(), "server")).toThrow(`in use by the process ${process.pid}`);
  const code = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(file)}).then(({ takeLock }) => {
      try { takeLock(${JSON.stringify(database())}, "script"); parentPort.postMessage("taken"); }
      catch (error) { parentPort.postMessage(error.name); }
    });`;
  const thread = new Worker(code, { eval: true });
  expect(await once(thread, "message")).toEqual(["DatabaseInUse"]);
  lock.publish({ ...place, url: "http://127.0.0.1:1" });
  expect(findHolder(database())?.url).toBe("http://127.0.0.1:1");
  lock.release();
  expect(existsSync(`${database()}.lock`)).toBe(false);
  takeLock(database(), "server").release();
});

test("one that is handed over names the successor", () => {
  takeLock(database(), "script").release({ pid: process.ppid });
  expect(findHolder(database())).toMatchObject({ pid: process.ppid, kind: "server", url: null });
  takeLock(database(), "server").release();
});

test("a lock file with our own pid from an earlier process, or a truncated one, holds nothing", () => {
  for (const left of [JSON.stringify({ pid: process.pid, url: null, started: "" }), '{"pi']) {
    writeFileSync(`${database()}.lock`, left);
    takeLock(database(), "server").release();
  }
});

test("a store in memory needs no lock", () => {
  takeLock(":memory:", "script");
  takeLock(":memory:", "script").release();
  expect(findHolder(":memory:")).toBeUndefined();
});
