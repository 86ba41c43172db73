import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createClient } from "../client/client.ts";
import { events } from "../schema/events.ts";
import { plainEnvironment } from "../testing/programs.ts";
import { connectSocket } from "../testing/socket-client.ts";

const home = mkdtempSync(join(tmpdir(), "praetor-stop-"));
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

/** Starts a server; returns its address, and how it ended once it has. */
async function start(): Promise<{ url: string; ended: Promise<number | null> }> {
  const args = ["server", "start", "--port", "0", "--no-ui", "--json"];
  const env = { ...plainEnvironment, NO_COLOR: "1", PRAETOR_HOME: home };
  const server = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { env });
  child = server;
  const ended = new Promise<number | null>((done) => server.once("close", (code) => done(code)));
  const line = await new Promise<string>((done) => server.stdout.once("data", (part) => done(String(part))));
  return { url: JSON.parse(line).url, ended };
}

const eventOf = (name: string) => ({
  id: crypto.randomUUID(),
  event: name,
  occurred: new Date().toISOString(),
  resource: { "prefect.resource.id": "load" },
  related: [],
  payload: {},
});

test("a server that is stopped under load ends in time, and no acknowledged write is lost", async () => {
  const { url, ended } = await start();
  const acknowledged: string[] = [];
  let isOver = false;

  /** Sends requests one after the other until the server has ended. */
  const overHttp = async () => {
    for (;;) {
      const event = eventOf("http");
      const body = JSON.stringify([event]);
      const answer = await fetch(`${url}/api/events`, { method: "POST", body }).catch(() => undefined);
      if (!answer) return;
      if (answer.ok) acknowledged.push(event.id);
      else expect([503]).toContain(answer.status);
    }
  };
  /** Sends lists without waiting, and records which were acknowledged. */
  const overSocket = async () => {
    const ear = await connectSocket(`${url.replace("http", "ws")}/api/events/in`);
    const lists = new Map<number, string[]>();
    ear.socket.on("message", (data) => {
      const { type, seq } = JSON.parse(String(data));
      if (type === "ack") acknowledged.push(...(lists.get(seq) ?? []));
    });
    for (let seq = 0; !isOver && ear.socket.readyState === ear.socket.OPEN; seq++) {
      const list = Array.from({ length: 50 }, () => eventOf("socket"));
      lists.set(
        seq,
        list.map(({ id }) => id),
      );
      ear.say({ type: "events", seq, events: list });
      await sleep(5);
    }
    return (await ear.closed).code;
  };
  const load = Promise.all([overHttp(), overHttp(), overHttp()]);
  const sockets = Promise.all([overSocket(), overSocket()]);
  await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(500);

  const began = performance.now();
  child?.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  isOver = true;
  await load;
  expect(await sockets).toEqual([1001, 1001]);

  const again = await start();
  const client = createClient({ baseUrl: `${again.url}/api` });
  const missing: string[] = [];
  for (let at = 0; at < acknowledged.length; at += 50) {
    const ids = acknowledged.slice(at, at + 50);
    const filter = { id: { id: ids }, occurred: { since: "2000-01-01T00:00:00Z" } };
    const { events: found } = await client.call(events.filter, { filter, limit: 50 });
    const there = new Set(found.map(({ id }) => id));
    missing.push(...ids.filter((id) => !there.has(id)));
  }
  expect(missing).toEqual([]);
  child?.kill("SIGTERM");
  expect(await again.ended).toBe(0);
}, 60_000);
