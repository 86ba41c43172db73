import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { EventCreate } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { timestamp } from "../schema/scalars.ts";
import { openSockets } from "../sdk/socket.ts";
import { SpillFile } from "../sdk/spill-file.ts";
import { EventSender } from "./events.ts";

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
});

/** A minimal server of the protocol: welcomes, and records messages. */
async function listen(
  onMessage: (message: Record<string, unknown>, socket: WebSocket, connection: number) => void,
  { batch = false, port = 0 } = {},
) {
  const server = new WebSocketServer({ port, host: "127.0.0.1" });
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  let connections = 0;
  server.on("connection", (socket) => {
    const connection = ++connections;
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.type !== "auth") return onMessage(message, socket, connection);
      socket.send(JSON.stringify({ type: "auth_success", ...(batch ? { praetor: { batch } } : {}) }));
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return { port: taken, url: `http://127.0.0.1:${taken}/api` };
}

const event = (name: string): EventCreate => ({
  id: newId(),
  occurred: timestamp(Date.now()),
  event: name,
  resource: { "prefect.resource.id": "test.1" },
  related: [],
  payload: {},
  follows: null,
});
const senderTo = (url: string, options = {}) =>
  new EventSender({ open: openSockets(url), token: () => null, ...options });
const names = (message: Record<string, unknown>) => (message.events as EventCreate[]).map((one) => one.event);

test("a server that offers batches gets lists, and flush waits for its acknowledgement", async () => {
  const got: string[] = [];
  let acknowledged = false;
  const { url } = await listen(
    (message, socket) => {
      got.push(...names(message));
      setTimeout(() => {
        acknowledged = true;
        socket.send(JSON.stringify({ type: "ack", seq: message.seq }));
      }, 30);
    },
    { batch: true },
  );
  const sender = senderTo(url);
  for (const name of ["a", "b", "c"]) sender.send(event(name));
  await sender.flush();
  expect(acknowledged).toBe(true);
  expect(got).toEqual(["a", "b", "c"]);
  expect(sender.pending).toBe(0);
  await sender.close();
});

test("another server gets one event per frame, and its pong is the acknowledgement", async () => {
  const got: unknown[] = [];
  const { url } = await listen((message) => got.push(message.event));
  const sender = senderTo(url);
  for (let n = 0; n < 600; n++) sender.send(event(`e${n}`));
  await sender.flush();
  expect(got).toEqual(Array.from({ length: 600 }, (_, n) => `e${n}`));
  await sender.close();
});

test("unacknowledged events are sent again on the next connection, in order", async () => {
  const got: string[][] = [[], []];
  const { url } = await listen(
    (message, socket, connection) => {
      got[connection - 1]?.push(...names(message));
      if (connection === 1 && message.seq === 2) socket.terminate();
      else socket.send(JSON.stringify({ type: "ack", seq: message.seq }));
    },
    { batch: true },
  );
  const sender = senderTo(url);
  for (const name of ["a", "b", "c"]) {
    sender.send(event(name));
    void sender.flush();
  }
  await sender.flush();
  expect(got[0]?.slice(0, 2)).toEqual(["a", "b"]);
  expect(got[1]).toEqual(["b", "c"]);
  await sender.close();
});

test("events created while disconnected are sent later", async () => {
  const { port } = await listen(() => {});
  servers.splice(0).map((server) => server.close());
  const sender = senderTo(`http://127.0.0.1:${port}/api`);
  sender.send(event("early"));
  const flushed = sender.flush();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const got: unknown[] = [];
  await listen((message) => got.push(message.event), { port });
  await flushed;
  expect(got).toEqual(["early"]);
  await sender.close();
});

test("a server unreachable for too long is given up, and retried on the next flush", async () => {
  const sender = senderTo("http://127.0.0.1:9/api", { patience: 100 });
  sender.send(event("lost"));
  await expect(sender.flush()).rejects.toThrow(/was unreachable for \d+ s: 1 events not sent/);
  expect(sender.pending).toBe(1);
  await expect(sender.close()).rejects.toThrow("was unreachable");
});

test("a server that accepts connections but stores nothing counts as unreachable: it is waited for, and given up", async () => {
  const said: string[] = [];
  const { url } = await listen((_, socket) => socket.close(1011), { batch: true });
  const sender = senderTo(url, {
    ...{ patience: 300, onWait: () => said.push("away"), onBack: () => said.push("back") },
  });
  sender.send(event("unstored"));
  await expect(sender.flush()).rejects.toThrow("1 events not sent");
  expect(new Set(said)).toEqual(new Set(["away"]));
  await sender.close().catch(() => {});
});

test("above its cap it asks to wait until there is room", async () => {
  let socket: WebSocket | undefined;
  const { url } = await listen(
    (message, from) => {
      socket = from;
      if (message.seq !== 1) from.send(JSON.stringify({ type: "ack", seq: message.seq }));
    },
    { batch: true },
  );
  const sender = senderTo(url, { cap: 10 });
  for (let n = 0; n < 9; n++) sender.send(event("e"));
  expect(sender.room()).toBeUndefined();
  sender.send(event("e"));
  const room = sender.room();
  expect(room).toBeInstanceOf(Promise);
  await expect.poll(() => socket).toBeDefined();
  socket?.send(JSON.stringify({ type: "ack", seq: 1 }));
  await room;
  expect(sender.room()).toBeUndefined();
  await sender.close();
});

test("while disconnected, events beyond the cap are written to disk, and sent in order on reconnect", async () => {
  const { port } = await listen(() => {});
  servers.splice(0).map((server) => server.close());
  const output: string[] = [];
  const spill = new SpillFile(10_000_000);
  const sender = senderTo(`http://127.0.0.1:${port}/api`, {
    ...{ cap: 500, spill, onWait: () => output.push("away"), onBack: () => output.push("back") },
  });
  for (let n = 0; n < 30_000; n++) sender.send(event(`e${n}`));
  expect(sender.room()).toBeUndefined();
  const flushed = sender.flush();
  await expect.poll(() => output.length, { timeout: 20_000 }).toBeGreaterThan(1);
  const got: string[] = [];
  await listen(
    (message, socket) => {
      got.push(...names(message));
      socket.send(JSON.stringify({ type: "ack", seq: message.seq }));
    },
    { batch: true, port },
  );
  await flushed;
  expect(got).toEqual(Array.from({ length: 30_000 }, (_, n) => `e${n}`));
  expect(output.at(-1)).toBe("back");
  expect(sender.pending).toBe(0);
  await sender.close();
});

test("when the disk is full, work waits and nothing is lost", async () => {
  const sender = senderTo("http://127.0.0.1:9/api", { cap: 500, spill: new SpillFile(100_000), patience: 1 });
  for (let n = 0; n < 5000; n++) sender.send(event(`e${n}`));
  expect(sender.room()).toBeInstanceOf(Promise);
  expect(sender.pending).toBe(5000);
  await sender.close().catch(() => {});
});
