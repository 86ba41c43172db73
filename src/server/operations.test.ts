import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin } from "../schema/admin.ts";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { Settings } from "../schema/settings.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { openStore } from "../store/store.ts";
import { connectSocket, SocketClient } from "../testing/socket-client.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createApp } from "./app.ts";
import { contextLogFields } from "./execution-context.ts";
import type { RunningServer } from "./start.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const get = (path: string) => world.fetch(new Request(`http://praetor.test${path}`));
const metrics = async () => (await get("/metrics")).text();

describe("the record of a forced state", () => {
  const forced = async (id: string) => {
    const filter = { event: { name: ["praetor.state.forced"] }, any_resource: { id: [id] } };
    return (await world.call(events.filter, { filter })).events;
  };

  test("contains the caller, the run and both states", async () => {
    const { id } = await world.flowRun({ states: ["RUNNING"] });
    const body = JSON.stringify({ state: { type: "CRASHED", message: "lost" }, force: true });
    const headers = { "user-agent": "curl/8" };
    const path = `http://praetor.test/api/flow_runs/${id}/set_state`;
    const connection = { incoming: { socket: { remoteAddress: "10.1.1.1" } } };
    await world.fetch(new Request(path, { method: "POST", body, headers }), connection);
    expect(await forced(`prefect.flow-run.${id}`)).toMatchObject([
      {
        payload: {
          from: { type: "RUNNING" },
          to: { type: "CRASHED", message: "lost" },
          by: { address: "10.1.1.1", user_agent: "curl/8" },
        },
      },
    ]);
  });

  test("exists for task runs too, and not for states that the rules accept", async () => {
    const task = await world.taskRun();
    await world.call(taskRuns.setState, { id: task.id, state: { type: "COMPLETED" }, force: true });
    expect(await forced(`prefect.task-run.${task.id}`)).toHaveLength(1);
    const { id } = await world.flowRun({ states: ["PENDING"] });
    await world.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
    expect(await forced(`prefect.flow-run.${id}`)).toEqual([]);
  });
});

describe("/metrics", () => {
  test("counts requests by route and status, with how long they took", async () => {
    await world.call(admin.hello, {});
    await get("/api/flow_runs/nothing");
    const text = await metrics();
    expect(text).toMatch(/^praetor_http_requests_total\{method="GET",route="\/hello",status="200"\} 1$/m);
    expect(text).toMatch(
      /^praetor_http_requests_total\{method="GET",route="\/flow_runs\/:id",status="404"\} 1$/m,
    );
    expect(text).toMatch(/^praetor_http_request_duration_seconds_count\{method="GET",route="\/hello"\} 1$/m);
    expect(text).toMatch(/_bucket\{method="GET",route="\/hello",le="\+Inf"\} 1$/m);
  });

  test("reports events, runs by state, queues, sockets and the event loop", async () => {
    const before = Number(/^praetor_events_ingested_total (\d+)$/m.exec(await metrics())?.[1]);
    await world.flowRun({ states: ["RUNNING"] });
    await world.taskRun({ states: ["PENDING", "RUNNING"] });
    const text = await metrics();
    expect(Number(/^praetor_events_ingested_total (\d+)$/m.exec(text)?.[1])).toBe(before + 2);
    expect(text).toMatch(/^praetor_flow_runs\{state="RUNNING"\} [1-9]/m);
    expect(text).toMatch(/^praetor_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+$/m);
  });

  test("adds no series for unknown addresses", async () => {
    for (const path of ["/a", "/b", "/api/c", "/%61"]) await get(path);
    const made = (await metrics()).match(/^praetor_http_requests_total\{method="GET",route="other".*$/gm);
    expect(made?.length).toBeLessThanOrEqual(2);
  });
});

test("/api/ready says 503 when the store does not answer", async () => {
  const store = await openStore({ path: ":memory:" });
  const settings = Settings.parse({ home: "/nowhere" });
  const app = createApp({ store, settings, log: pino({ level: "silent" }), version: "0" });
  const ready = () => app.fetch(new Request("http://praetor.test/api/ready"));
  expect((await ready()).status).toBe(200);
  await store.close();
  const refused = await ready();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toEqual({ message: "Database is not available" });
});

describe("the log of requests", () => {
  async function logged(level: string, requests: Request[]) {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const store = await openStore({ path: ":memory:" });
    const settings = Settings.parse({
      ...{ home: "/nowhere", apiAuthString: "me:hunter2", apiKey: "key-hunter2" },
      ...{
        databaseUrl: "postgres://me:db-hunter2@db/praetor?sslpassword=hunter2",
        encryptionKey: "hunter2-hunter2-x",
      },
    });
    const app = createApp({ store, settings, log: pino({ level }, stream), version: "0" });
    const answers: Response[] = [];
    for (const request of requests) answers.push(await app.fetch(request));
    const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
    await store.close();
    return { lines, answers, texts };
  }
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const to = (path: string, init: RequestInit = {}) => new Request(`http://praetor.test${path}`, init);

  test("has a line per request, with its id, route, status and time, without its content", async () => {
    const headers = { ...basic("me:hunter2"), "x-request-id": "mine-1" };
    const body = JSON.stringify({ name: "a-secret-name" });
    const { lines, answers } = await logged("info", [
      to("/api/flows/?token=in-the-query", { method: "POST", body, headers }),
      to("/api/hello", { headers: { "x-request-id": 'bad "id"\t' } }),
    ]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        msg: "request",
        requestId: "mine-1",
        method: "POST",
        route: "/flows/",
        status: 201,
        ms: expect.any(Number),
      },
      { msg: "request", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), route: "other", status: 401 },
    ]);
    expect(answers.map((answer) => answer.headers.get("x-request-id"))).toEqual([
      "mine-1",
      JSON.parse(lines[1] ?? "").requestId,
    ]);
    expect(lines.join()).not.toMatch(/a-secret-name|in-the-query/);
  });

  test("is off by default, and requests still get their id back", async () => {
    const { lines, answers } = await logged("warn", [
      to("/api/health", { headers: { "x-request-id": "mine" } }),
      to("/api/health"),
    ]);
    expect(lines).toEqual([]);
    expect(answers.map((answer) => answer.headers.get("x-request-id"))).toEqual(["mine", null]);
  });

  test("contains no secret, and neither does any answer", async () => {
    const headers = basic("me:hunter2");
    const paths = [
      "/api/admin/settings",
      "/ui-settings",
      "/api/praetor/info",
      "/api/openapi.json",
      "/metrics",
      "/api/csrf-token?client=a",
    ];
    const good = paths.map((path) => to(path, { headers }));
    const bad = [
      to("/api/flows/", { method: "POST", body: "{", headers }),
      to("/api/hello", { headers: basic("me:wrong") }),
    ];
    const { lines, answers, texts } = await logged("debug", [...good, ...bad]);
    const all = [...lines, ...texts, ...answers.map((answer) => JSON.stringify([...answer.headers]))].join(
      "\n",
    );
    expect(all).toContain("********");
    for (const secret of ["hunter2", btoa("me:hunter2"), "me:wrong"]) expect(all).not.toContain(secret);
  });
});

test("a transition is logged with its request, also when several share a transaction", async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const store = await openStore({ path: ":memory:" });
  const settings = Settings.parse({ home: "/nowhere" });
  const log = pino({ level: "debug", mixin: contextLogFields }, stream);
  const app = createApp({ store, settings, log, version: "0" });
  const post = async (path: string, body: unknown, id: string) => {
    const init = { method: "POST", body: JSON.stringify(body), headers: { "x-request-id": id } };
    return (await app.fetch(new Request(`http://praetor.test/api${path}`, init))).json();
  };
  const flow = await post("/flows/", { name: "f" }, "flow");
  const made = [];
  for (let at = 0; at < 3; at++) made.push(await post("/flow_runs/", { flow_id: flow.id }, `make-${at}`));
  await Promise.all(
    made.map(({ id }, at) =>
      post(`/flow_runs/${id}/set_state`, { state: { type: "RUNNING" } }, `move-${at}`),
    ),
  );
  await store.close();
  const reported = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "transition");
  for (const [at, { id }] of made.entries()) {
    expect(reported.filter((line) => line.flow_run_id === id)).toMatchObject([
      { requestId: `make-${at}`, proposed: "PENDING", outcome: "ACCEPT" },
      { requestId: `move-${at}`, proposed: "RUNNING", outcome: "ACCEPT", rule: "none" },
    ]);
  }
});

describe("over a real connection", () => {
  let running: RunningServer;
  let silent: SocketClient;
  beforeAll(async () => {
    running = await world.listen();
    silent = new SocketClient(`${running.url.replace("http", "ws")}/api/praetor/live`);
  });

  /** Sends bytes and returns the whole answer. */
  const raw = (text: string) =>
    new Promise<string>((done) => {
      const { hostname, port } = new URL(running.url);
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let answer = "";
      socket.on("data", (part) => {
        answer += part;
      });
      socket.on("error", () => done(answer));
      socket.on("close", () => done(answer));
      setTimeout(() => socket.end(), 1500);
    });

  test.each([
    ["a header that is none", "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400],
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["a method that is none", "BREW /api/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["an address that is too long", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ["a host that is none", "GET /api/hello HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["no host", "GET /api/hello HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["a NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404],
  ])("%s is answered in JSON", async (_, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toMatch(/^\{"(detail|exception_message)":".+"\}$/);
  });

  test("a body without a length is read only up to its limit", async () => {
    const status = await new Promise<number>((done, fail) => {
      const sent = httpRequest(`${running.url}/api/flows/`, { method: "POST" }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      });
      sent.on("error", fail);
      for (let at = 0; at < 6; at++) sent.write("x".repeat(1024 * 1024));
      sent.end();
    });
    expect(status).toBe(413);
  });

  const opened = (headers: Record<string, string>) =>
    raw(
      [
        ...["GET /api/praetor/live HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"],
        ...["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        "\r\n",
      ].join("\r\n"),
    );

  test("a page of another origin opens no socket", async () => {
    const { host } = new URL(running.url);
    expect(await opened({ Host: host, Origin: "http://elsewhere.test" })).toMatch(/^HTTP\/1.1 403 /);
    expect(await opened({ Host: host, Origin: `http://${host}` })).toMatch(/^HTTP\/1.1 101 /);
  });

  test("a page whose DNS name was rebound to this machine reads and opens nothing", async () => {
    const host = "rebound.example";
    const request = (path: string) =>
      raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const refused = await request("/api/admin/settings");
    expect(refused).toMatch(/^HTTP\/1.1 403 /);
    expect(refused).toContain("PRAETOR_SERVER_ALLOWED_HOSTS");
    expect(await request("/")).toMatch(/^HTTP\/1.1 403 /);
    expect(await request("/api/health")).toMatch(/^HTTP\/1.1 200 /);
    expect(await opened({ Host: host, Origin: `http://${host}` })).toMatch(/^HTTP\/1.1 403 /);
  });

  test("forged proxy headers open no socket for a page of another origin", async () => {
    const { host } = new URL(running.url);
    const headers = { Host: host, Origin: "http://elsewhere.test", "X-Forwarded-Host": "elsewhere.test" };
    expect(await opened(headers)).toMatch(/^HTTP\/1.1 403 /);
    expect(await opened({ Host: host, Origin: "http://undefined" })).toMatch(/^HTTP\/1.1 403 /);
  });

  test("a client that floods a socket with requests is cut off, one that reports events is not", async () => {
    const { url } = running;
    const subscriber = await connectSocket(`${url.replace("http", "ws")}/api/praetor/live`);
    const question = { type: "subscribe", scopes: [{ noun: "flows" }], since: null };
    for (let at = 0; at < 150; at++) subscriber.say(question);
    expect(await subscriber.closed).toMatchObject({
      code: 1008,
      reason: "Too many messages in a short time.",
    });
    const publisher = await connectSocket(`${url.replace("http", "ws")}/api/events/in`);
    const resource = { "prefect.resource.id": "flood" };
    for (let at = 0; at < 500; at++) {
      publisher.say({ id: crypto.randomUUID(), event: "e", occurred: new Date().toISOString(), resource });
    }
    await publisher.pong();
    const filter = { resource: { id: ["flood"] } };
    expect((await world.call(events.filter, { filter })).total).toBe(500);
    publisher.socket.close();
  });

  test("an oversized first message is not read", async () => {
    const ear = new SocketClient(`${running.url.replace("http", "ws")}/api/events/in`);
    await ear.opened;
    ear.say({ type: "auth", token: "x".repeat(70_000) });
    expect(await ear.closed).toMatchObject({ code: 1008 });
  });

  test("a frame that is too long ends its socket, and the server continues", async () => {
    const socket = new WebSocket(`${running.url.replace("http", "ws")}/api/events/in`, ["prefect"]);
    await new Promise((done) => socket.addEventListener("open", done));
    const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
    socket.send("x".repeat(33 * 1024 * 1024));
    expect([1006, 1009]).toContain(await closed);
    expect((await fetch(`${running.url}/api/health`)).status).toBe(200);
  });

  test("a socket without credentials is closed after ten seconds", async () => {
    expect(await silent.closed).toMatchObject({ code: 1008, reason: "Auth required but none came." });
  });

  test("a stop finishes requests in progress and closes the sockets", async () => {
    const other = await world.listen();
    const socket = new WebSocket(`${other.url.replace("http", "ws")}/api/praetor/live`, ["prefect"]);
    await new Promise((done) => socket.addEventListener("open", done));
    const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
    const body = '{"name":"asked-before"}';
    const sent = httpRequest(`${other.url}/api/flows/`, {
      method: "POST",
      headers: { expect: "100-continue", "content-length": body.length },
    });
    const answered = new Promise<number>((done, fail) => {
      sent.on("error", fail);
      sent.on("response", (answer) => done(answer.resume().statusCode ?? 0));
    });
    sent.flushHeaders();
    // The server has read the headers and waits for the body.
    await new Promise((done) => sent.once("continue", done));
    const stopped = other.close();
    sent.end(body);
    expect(await answered).toBe(201);
    await stopped;
    expect(await closed).toBe(1001);
    await expect(fetch(`${other.url}/api/health`)).rejects.toThrow();
  });
});
