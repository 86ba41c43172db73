import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../client/client.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { Settings } from "../schema/settings.ts";
import { databasePath, findHolder } from "../store/admin/lock.ts";
import { type RunningServer, startServer } from "./start.ts";

let home: string;
let site: string;
let running: RunningServer;
const settingsOf = (input: object = {}) => Settings.parse({ home, port: 0, ...input });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "praetor-start-"));
  site = join(home, "ui");
  mkdirSync(join(site, "assets"), { recursive: true });
  writeFileSync(join(site, "index.html"), "<title>Praetor</title>");
  writeFileSync(join(site, "assets", "main-1.js"), "let a = 1;");
  writeFileSync(join(site, "assets", "main-1.js.gz"), gzipSync("let a = 1;"));
  writeFileSync(join(home, "secret.txt"), "secret");
  running = await startServer({ settings: settingsOf(), version: "1.2.3", site });
});
afterAll(async () => {
  await running.close();
  rmSync(home, { recursive: true, force: true });
});

test("a server reports its address, also in the lock of its database", async () => {
  expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(findHolder(databasePath(settingsOf()))).toMatchObject({ url: running.url, kind: "server" });
  expect(await (await fetch(`${running.url}/api/praetor/info`)).json()).toMatchObject({ version: "1.2.3" });
});

test("a second server on one database gets an error that names the holder", async () => {
  await expect(startServer({ settings: settingsOf(), version: "" })).rejects.toThrow(
    `is in use by the process ${process.pid} at ${running.url}`,
  );
});

test("a taken port is reported in one sentence, and the database is released", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => other.once("listening", done));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const folder = mkdtempSync(join(tmpdir(), "praetor-port-"));
  const settings = settingsOf({ home: folder, port });
  await expect(startServer({ settings, version: "" })).rejects.toThrow(
    /^Port \d+ of 127.0.0.1 is already in use/,
  );
  other.close();
  const free = await startServer({ settings, version: "" });
  await free.close();
  rmSync(folder, { recursive: true });
});

test("a list of megabytes arrives whole with a slow reader and concurrent requests", async () => {
  const client = createClient({ baseUrl: `${running.url}/api` });
  const { id: flow_id } = await client.call(flows.create, { name: "heavy" });
  const state = { type: "COMPLETED" } as const;
  const parameters = { text: "x".repeat(100_000) };
  for (let at = 0; at < 100; at += 1) await client.call(flowRuns.create, { flow_id, parameters, state });
  const requested = { flows: { id: { any_: [flow_id] } } };
  const expected = await client.call(flowRuns.filter, requested);
  expect(expected).toHaveLength(100);

  const body = JSON.stringify(requested);
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request(`${running.url}/api/flow_runs/filter`, { method: "POST" }, resolve)
      .once("error", reject)
      .end(body),
  );
  answer.pause();
  for (let at = 0; at < 5; at += 1) await client.call(flowRuns.filter, { limit: 100 });
  let text = "";
  for await (const part of answer) text += part;

  expect(JSON.parse(text)).toEqual(expected);
});

test("stored rows survive a restart, and a stop takes less than two seconds", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-again-"));
  const settings = settingsOf({ home: folder });
  const first = await startServer({ settings, version: "" });
  await createClient({ baseUrl: `${first.url}/api` }).call(flows.create, { name: "kept" });
  const socket = new WebSocket(`${first.url.replace("http", "ws")}/api/events/out`, ["prefect"]);
  await new Promise((done) => socket.addEventListener("open", done));
  const began = performance.now();
  await first.close();
  expect(performance.now() - began).toBeLessThan(2000);
  const second = await startServer({ settings, version: "" });
  const client = createClient({ baseUrl: `${second.url}/api` });
  expect(await client.call(flows.readByName, { name: "kept" })).toMatchObject({ name: "kept" });
  await second.close();
  rmSync(folder, { recursive: true });
});

test("a request that waits for a slot does not keep the server from stopping", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-held-"));
  const server = await startServer({ settings: settingsOf({ home: folder }), version: "" });
  const client = createClient({ baseUrl: `${server.url}/api` });
  await client.call(concurrencyLimits.create, { name: "one", limit: 1 });
  const request = { names: ["one"], slots: 1 };
  await client.call(concurrencyLimits.increment, request);
  const held = fetch(`${server.url}/api/v2/concurrency_limits/increment`, {
    method: "POST",
    body: JSON.stringify({ ...request, wait_seconds: 30 }),
  });
  await new Promise((done) => setTimeout(done, 300));
  const began = performance.now();
  await server.close();
  expect((await held).status).toBe(423);
  expect(performance.now() - began).toBeLessThan(2000);
  rmSync(folder, { recursive: true });
});

test("a page discloses nothing about a server with credentials", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-shut-"));
  const settings = settingsOf({ home: folder, apiAuthString: "me:secret" });
  const shut = await startServer({ settings, version: "1.2.3", site });
  expect(await (await fetch(`${shut.url}/runs`)).text()).toBe("<title>Praetor</title>");
  await shut.close();
  rmSync(folder, { recursive: true });
});

test.each(["/", "/runs", "/runs/0192-abc?tab=logs"])("the page %s is the dashboard", async (path) => {
  const response = await fetch(running.url + path);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const [, reported = "", page] =
    /^<script id="praetor-info" type="application\/json">(.*)<\/script>(.*)$/.exec(await response.text()) ??
    [];
  expect(page).toBe("<title>Praetor</title>");
  expect(JSON.parse(reported)).toEqual(await (await fetch(`${running.url}/api/praetor/info`)).json());
});

test("assets are cached by browsers and sent compressed where available", async () => {
  const response = await fetch(`${running.url}/assets/main-1.js`, { headers: { "accept-encoding": "gzip" } });
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(await response.text()).toBe("let a = 1;");
  const plain = await fetch(`${running.url}/assets/main-1.js`, {
    headers: { "accept-encoding": "identity" },
  });
  expect(plain.headers.get("content-encoding")).toBeNull();
});

test.each(["/assets/other.js", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/api/nothing", "/%ff"])(
  "%s is not found, in JSON",
  async (path) => {
    const response = await fetch(running.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: "Not Found" });
  },
);
