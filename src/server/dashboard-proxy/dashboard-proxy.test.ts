import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { authorization, createClient, socketToken } from "../../client/client.ts";
import { server as serverRoutes } from "../../schema/admin.ts";
import { flows } from "../../schema/flows.ts";
import { Settings } from "../../schema/settings.ts";
import { selfSigned } from "../../testing/certificate.ts";
import { connectSocket, SocketClient } from "../../testing/socket-client.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { type DashboardOptions, type RunningDashboard, startDashboard } from "./start.ts";

let site: string;
const closing: (() => Promise<unknown> | unknown)[] = [];
beforeAll(() => {
  site = mkdtempSync(join(tmpdir(), "praetor-dashboard-"));
  writeFileSync(join(site, "index.html"), "<head></head><title>Praetor</title>");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(site, { recursive: true, force: true }));

interface Credentials {
  authString?: string;
  apiKey?: string;
}

/** A dashboard on the server at this address. */
async function dashboardOn(
  apiUrl: string,
  credentials: Credentials = {},
  options: Partial<DashboardOptions> = {},
): Promise<RunningDashboard> {
  const running = await startDashboard({
    upstream: {
      apiUrl,
      authorization: authorization(credentials).authorization,
      socketToken: socketToken(credentials),
    },
    ...{ site, host: "127.0.0.1", port: 0, authString: undefined },
    settings: Settings.parse({ home: site, logLevel: "silent" }),
    ...options,
  });
  closing.push(() => running.close());
  return running;
}

interface Heard {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Given {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A server of another make, which keeps what it hears. */
async function startUpstream(
  answer: (
    heard: Heard,
  ) => { status?: number; headers?: Record<string, string>; body?: string } | undefined = () => ({}),
  serve: (listener: (request: IncomingMessage, reply: ServerResponse) => void) => Server = (listener) =>
    createServer(listener),
) {
  const heard: Heard[] = [];
  const server = serve(async (request, reply) => {
    // One that is broken off is nothing to keep.
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const one = { method: request.method, url: request.url, headers: request.headers, body };
    heard.push(one);
    const given = answer(one);
    if (given === undefined) return;
    reply.writeHead(given.status ?? 200, { "content-type": "application/json", ...given.headers });
    reply.end(given.body ?? '{"ok":true}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { apiUrl: `http://127.0.0.1:${port}/api`, port, server, heard };
}

const isInfo = (url: string | undefined) => url === "/api/praetor/info";
/** What a Prefect server answers to the questions of a dashboard. */
const asPrefect = ({ url }: Heard) => {
  if (isInfo(url)) return { status: 404, body: '{"detail":"Not Found"}' };
  return url === "/api/admin/version" ? { body: '"3.9.1"' } : {};
};

/** By hand, since `fetch` sets Host and Origin itself. */
function ask(
  url: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, body: await text(answer) });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("requests", () => {
  test.each([
    ["no credentials", {}, undefined],
    ["a password", { authString: "me:sécret" }, `Basic ${Buffer.from("me:sécret").toString("base64")}`],
    ["an API key", { apiKey: "pnu_123" }, "Bearer pnu_123"],
  ])("reach the server with %s, and with nothing of the browser's", async (_, credentials, expected) => {
    const upstream = await startUpstream();
    const { url } = await dashboardOn(upstream.apiUrl, credentials);
    const answer = await fetch(`${url}/api/flow_runs/filter?limit=2`, {
      method: "POST",
      body: '{"a":1}',
      headers: {
        ...{ origin: url, referer: `${url}/runs`, cookie: "session=1", authorization: "Basic bWU6b3RoZXI=" },
        ...{
          "sec-fetch-site": "same-origin",
          "x-forwarded-for": "10.0.0.1",
          "content-type": "application/json",
        },
        ...{ "prefect-csrf-token": "t", "prefect-csrf-client": "c", "x-prefect-api-version": "0.8.4" },
      },
    });
    expect(await answer.json()).toEqual({ ok: true });
    const [heard] = upstream.heard;
    expect(heard).toMatchObject({ method: "POST", url: "/api/flow_runs/filter?limit=2", body: '{"a":1}' });
    expect(heard?.headers).toMatchObject({
      ...{ "content-type": "application/json", host: `127.0.0.1:${upstream.port}` },
      ...{ "prefect-csrf-token": "t", "prefect-csrf-client": "c", "x-prefect-api-version": "0.8.4" },
    });
    expect(heard?.headers.authorization).toBe(expected);
    for (const name of ["origin", "referer", "cookie", "x-forwarded-for"])
      expect(heard?.headers[name]).toBeUndefined();
    expect(Object.keys(heard?.headers ?? {}).filter((name) => name.startsWith("sec-"))).toEqual([
      "sec-fetch-mode",
    ]);
  });

  test("keep to the API of the server, whatever its path is", async () => {
    const upstream = await startUpstream();
    const { url } = await dashboardOn(`http://127.0.0.1:${upstream.port}/accounts/a/workspaces/w`, {
      apiKey: "k",
    });
    await fetch(`${url}/api/flows/filter`, { method: "POST", body: "{}" });
    for (const path of [
      "/api/../secret",
      "/api/%2e%2e/%2e%2e/secret",
      "/api//elsewhere.test/",
      "/api/..%2fsecret",
    ])
      await ask(`${url}${path}`, {});
    const paths = upstream.heard
      .map((heard) => heard.url ?? "")
      .filter((path) => !path.includes("praetor/info"));
    expect(paths).toContain("/accounts/a/workspaces/w/flows/filter");
    expect(paths.filter((path) => !path.startsWith("/accounts/a/workspaces/w/"))).toEqual([]);
  });

  test("come back as data of this origin: no cookies, no pages, no addresses of the server", async () => {
    const upstream = await startUpstream(
      ({ url }): Given =>
        url === "/api/moved"
          ? { status: 307, headers: { location: `/api/moved/` }, body: "" }
          : {
              headers: {
                ...{ "content-type": "text/html", "set-cookie": "a=1", "x-custom": "kept" },
                ...{ "access-control-allow-origin": "*", "content-security-policy": "default-src *" },
              },
              body: "<script>alert(1)</script>",
            },
    );
    const { url } = await dashboardOn(upstream.apiUrl);
    const page = await fetch(`${url}/api/docs`);
    expect(page.headers.get("x-custom")).toBe("kept");
    expect(page.headers.get("set-cookie")).toBeNull();
    expect(page.headers.get("access-control-allow-origin")).toBeNull();
    expect(page.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    const moved = await fetch(`${url}/api/moved`, { redirect: "manual" });
    expect([moved.status, moved.headers.get("location")]).toEqual([307, "/api/moved/"]);
  });

  test("that are too large are refused, with and without a length", async () => {
    const upstream = await startUpstream();
    const settings = Settings.parse({ home: site, logLevel: "silent", maxBodyMegabytes: 17 });
    const { url } = await dashboardOn(upstream.apiUrl, {}, { settings });
    const part = new Uint8Array(1024 * 1024).fill(32);
    const whole = await fetch(`${url}/api/flows/`, {
      method: "POST",
      body: new Uint8Array(18 * part.length),
    });
    expect([whole.status, await whole.json()]).toEqual([
      413,
      { detail: "Expected a request of at most 17 MB." },
    ]);
    let left = 18;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(part) : controller.close()),
    });
    const streamed = await fetch(
      new Request(`${url}/api/flows/`, { method: "POST", ...{ body, duplex: "half" } }),
    );
    expect(streamed.status).toBe(413);
  });

  test.each([
    [
      "is away",
      async () => ({ apiUrl: "http://127.0.0.1:9/api" }),
      502,
      "No server answers at http://127.0.0.1:9/api",
    ],
    ["asks for a password", () => startUpstream(() => ({ status: 401 })), 502, "asks for a password or key"],
    [
      "has moved",
      () => startUpstream(() => ({ status: 308, headers: { location: "https://new.test/api/" } })),
      ...([502, "redirects to https://new.test/api/"] as const),
    ],
    [
      "breaks off",
      async () => {
        const upstream = await startUpstream(() => undefined);
        upstream.server.on("request", ({ socket }) => socket.destroy());
        return upstream;
      },
      ...([502, "No server answers at"] as const),
    ],
  ])("to a server that %s are answered with a sentence", async (_, begin, status, sentence) => {
    const { apiUrl } = await begin();
    const { url } = await dashboardOn(apiUrl);
    const answer = await fetch(`${url}/api/flows/filter`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(status);
    expect((await answer.json()).detail).toContain(sentence);
    // The page is there all the same, and says so itself.
    const page = await fetch(`${url}/runs`);
    expect([page.status, (await page.text()).includes("<title>Praetor</title>")]).toEqual([200, true]);
  });

  test("are given up when the browser gives them up", async () => {
    const upstream = await startUpstream(({ url }) => (url === "/api/slow" ? undefined : {}));
    let closed = 0;
    upstream.server.on("request", (request) => request.socket.once("close", () => closed++));
    const { url } = await dashboardOn(upstream.apiUrl);
    const given = new AbortController();
    const asked = fetch(`${url}/api/slow`, { signal: given.signal }).catch(() => undefined);
    await expect.poll(() => upstream.heard.length, { timeout: 20_000 }).toBe(1);
    given.abort();
    await asked;
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(1);
  });

  test("go by TLS to a server whose authority this process trusts, and to no other", async () => {
    const { key, cert } = selfSigned();
    const upstream = await startUpstream(undefined, (listener) => createTlsServer({ key, cert }, listener));
    const apiUrl = `https://localhost:${upstream.port}/api`;
    const { url } = await dashboardOn(apiUrl);
    const untrusted = await fetch(`${url}/api/hello`);
    expect([untrusted.status, (await untrusted.json()).detail]).toEqual([
      502,
      expect.stringContaining("SELF_SIGNED"),
    ]);
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, cert]);
    try {
      const trusted = await dashboardOn(apiUrl);
      expect((await fetch(`${trusted.url}/api/hello`)).status).toBe(200);
    } finally {
      setDefaultCACertificates(before);
    }
  });
});

describe("strangers", () => {
  test.each([
    ["its own", {}, 200],
    ["a name of this machine", { host: "praetor.localhost" }, 200],
    ["the name of another host", { host: "evil.test" }, 403],
    ["a page of another origin that reads", { origin: "http://evil.test" }, 403],
    ["a page of another port", { origin: "http://127.0.0.1:1" }, 403],
    ["a page without an origin", { origin: "null" }, 403],
  ])("%s: %j → %i", async (_, headers, status) => {
    const upstream = await startUpstream(asPrefect);
    const { url } = await dashboardOn(upstream.apiUrl, { authString: "me:secret" });
    const answers = await Promise.all([
      ask(`${url}/api/hello`, headers),
      ask(`${url}/`, headers),
      ask(`${url}/api/praetor/info`, headers),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
    if (status === 403) expect(upstream.heard).toEqual([]);
    const socket = new SocketClient(`${url.replace("http", "ws")}/api/events/out`, ["prefect"], headers);
    const refused = new Promise<number | undefined>((done) => {
      socket.socket.once("unexpected-response", (_, answer) => done(answer.statusCode));
      socket.socket.on("error", () => done(undefined));
      socket.socket.once("open", () => done(101));
    });
    expect(await refused).toBe(status === 403 ? 403 : 101);
    socket.socket.terminate();
  });

  test("need a password where others reach the dashboard and it has credentials", async () => {
    const open = { host: "0.0.0.0" };
    await expect(dashboardOn("http://127.0.0.1:9/api", { authString: "me:secret" }, open)).rejects.toThrow(
      "Expected a password for the dashboard: whoever reaches 0.0.0.0 could use the credentials of the server. Set PRAETOR_DASHBOARD_AUTH_STRING=user:password, or listen on 127.0.0.1.",
    );
    await expect(dashboardOn("http://127.0.0.1:9/api", { apiKey: "k" }, open)).rejects.toThrow(
      "Expected a password",
    );
    const upstream = await startUpstream(asPrefect);
    const { url } = await dashboardOn(upstream.apiUrl, {}, open);
    expect((await ask(`${url}/api/hello`, {})).status).toBe(200);
    expect((await ask(`${url}/api/hello`, { host: "evil.test" })).status).toBe(403);
  });
});

describe("a dashboard with a password of its own", () => {
  const signIn = (url: string, password: string) =>
    fetch(`${url}/api/praetor/session`, {
      method: "POST",
      body: JSON.stringify({ user: "ann", password }),
      headers: { origin: url, "content-type": "application/json" },
    });

  test("admits browsers that sign in, without forwarding that to the server", async () => {
    const upstream = await startUpstream(asPrefect);
    const credentials = { authString: "me:secret" };
    const { url } = await dashboardOn(upstream.apiUrl, credentials, {
      host: "0.0.0.0",
      authString: "ann:own",
    });
    expect((await fetch(`${url}/api/hello`)).status).toBe(401);
    expect((await fetch(`${url}/api/praetor/info`)).status).toBe(401);
    expect(await (await fetch(`${url}/`)).text()).not.toContain("praetor-info");
    expect((await signIn(url, "secret")).status).toBe(401);
    expect(upstream.heard).toEqual([]);
    const answer = await signIn(url, "own");
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(cookie).toMatch(/^praetor_session_/);
    const read = await fetch(`${url}/api/hello`, { headers: { cookie } });
    expect(read.status).toBe(200);
    const heard = upstream.heard.at(-1);
    expect(heard?.headers.cookie).toBeUndefined();
    expect(heard?.headers.authorization).toBe(`Basic ${btoa("me:secret")}`);
    const info = await fetch(`${url}/api/praetor/info`, { headers: { cookie } });
    expect(await info.json()).toEqual({
      ...{ name: "prefect", version: "3.9.1", session: { expires: expect.any(String) } },
    });
    const out = await fetch(`${url}/api/praetor/session`, {
      method: "DELETE",
      headers: { cookie, origin: url },
    });
    expect(out.status).toBe(204);
  });

  test("opens no socket for those who have not signed in", async () => {
    const upstream = await startUpstream(asPrefect);
    const { url } = await dashboardOn(upstream.apiUrl, {}, { authString: "ann:own" });
    const socket = new SocketClient(`${url.replace("http", "ws")}/api/events/out`);
    await socket.opened;
    socket.say({ type: "auth", token: null });
    expect((await socket.closed).code).toBe(1008);
  });
});

describe("what a page is told", () => {
  const told = async (url: string): Promise<unknown> => {
    const html = await (await fetch(`${url}/runs/1`)).text();
    const json = /<script id="praetor-info" type="application\/json">(.*?)<\/script>/.exec(html)?.[1];
    return json === undefined ? undefined : JSON.parse(json);
  };

  test("of a Prefect server, without a request of the page", async () => {
    const upstream = await startUpstream(asPrefect);
    const { url } = await dashboardOn(upstream.apiUrl);
    const prefect = { name: "prefect", version: "3.9.1", session: null };
    expect(await told(url)).toEqual(prefect);
    expect(await told(url)).toEqual(prefect);
    expect(await (await fetch(`${url}/api/praetor/info`)).json()).toEqual(prefect);
    // Known for a while.
    expect(upstream.heard.filter((heard) => isInfo(heard.url))).toHaveLength(1);
  });

  test("of a server that is away: nothing", async () => {
    const { url } = await dashboardOn("http://127.0.0.1:9/api");
    expect(await told(url)).toBeUndefined();
    expect((await fetch(`${url}/api/praetor/info`)).status).toBe(502);
  });
});

describe("on a server of ours with a password and CSRF tokens", () => {
  let world: World;
  let api: string;
  beforeAll(async () => {
    world = await createWorld({ settings: { apiAuthString: "me:secret", csrfEnabled: true } });
    api = `${(await world.listen()).url}/api`;
  });
  afterAll(() => world.close());

  test("a client of the dashboard reads and writes, and hears changes over the live channel", async () => {
    const { url } = await dashboardOn(api, { authString: "me:secret" });
    const client = createClient({ baseUrl: `${url}/api` });
    const info = await client.call(serverRoutes.info, {});
    expect(info).toMatchObject({ name: "praetor", session: null });
    const socket = await connectSocket(`${url.replace("http", "ws")}/api/praetor/live`);
    socket.say({ type: "subscribe", scopes: [{ noun: "flows" }], since: info.seq });
    expect(await socket.receive()).toMatchObject({ changes: [] });
    const flow = await client.call(flows.create, { name: "rain" });
    expect(await socket.receive()).toMatchObject({ changes: [{ noun: "flows", id: flow.id }] });
    socket.socket.close();
  });

  test("pages of the dashboard share one token, and another one when it is refused", async () => {
    const issued: string[] = [];
    const upstream = await startUpstream(({ url, headers }) => {
      if (!url?.startsWith("/api/csrf-token")) {
        const isGood = headers["prefect-csrf-token"] === issued.at(-1);
        return isGood ? {} : { status: 403, body: '{"detail":"Invalid CSRF token or client identifier."}' };
      }
      issued.push(`token-${issued.length}`);
      const client = new URL(url, "http://server.test").searchParams.get("client") ?? "";
      const times = { created: "", updated: "", expiration: new Date(Date.now() + 3_600_000).toISOString() };
      const id = "01a22ffd-0aad-77cd-895f-6a1f0d2ca730";
      return { body: JSON.stringify({ ...times, id, client, token: issued.at(-1) }) };
    });
    const { url } = await dashboardOn(upstream.apiUrl);
    const post = async () => (await fetch(`${url}/api/flows/filter`, { method: "POST", body: "{}" })).status;
    expect(await Promise.all([post(), post(), post()])).toEqual([200, 200, 200]);
    expect(issued).toHaveLength(1);
    issued.push("of a server that was started anew");
    expect([await post(), await post()]).toEqual([403, 200]);
  });

  test("a socket is refused where the server refuses the dashboard", async () => {
    const { url } = await dashboardOn(api, { authString: "me:wrong" });
    const socket = new SocketClient(`${url.replace("http", "ws")}/api/events/out`);
    await socket.opened;
    socket.say({ type: "auth", token: null });
    const { code, reason } = await socket.closed;
    expect([code, reason]).toEqual([1013, expect.stringContaining(`No socket of ${api}`)]);
  });
});

describe("sockets", () => {
  /** Answers the handshake as Prefect's server does, and then says back what it hears. */
  async function startSockets(password: string | undefined) {
    const upstream = await startUpstream(asPrefect);
    const tokens: unknown[] = [];
    const sockets = new WebSocketServer({ server: upstream.server, handleProtocols: () => "prefect" });
    sockets.on("connection", (socket) => {
      socket.once("message", (first) => {
        const { token } = JSON.parse(String(first));
        tokens.push(token);
        if (password !== undefined && token !== password) return socket.close(1008, "Invalid token");
        socket.send('{"type":"auth_success"}');
        socket.on("message", (data) =>
          socket.send(`{"type":"heard","text":${JSON.stringify(String(data))}}`),
        );
      });
    });
    closing.push(() => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    });
    return { ...upstream, tokens, sockets };
  }

  test.each([
    ["without credentials", {}, undefined, null],
    ["with a password, as it is", { authString: "me:secret" }, "me:secret", "me:secret"],
    ["with an API key", { apiKey: "pnu_1" }, "pnu_1", "pnu_1"],
  ])("show the server the dashboard's credentials: %s", async (_, credentials, password, token) => {
    const upstream = await startSockets(password);
    const { url } = await dashboardOn(upstream.apiUrl, credentials);
    const socket = await connectSocket(`${url.replace("http", "ws")}/api/events/out`);
    expect(upstream.tokens).toEqual([token]);
    socket.say('{"type":"filter"}');
    expect(await socket.receive()).toEqual({ type: "heard", text: '{"type":"filter"}' });
    // What ends on one side ends on the other.
    for (const each of upstream.sockets.clients) each.close(1000);
    expect((await socket.closed).code).toBe(1011);
    const other = await connectSocket(`${url.replace("http", "ws")}/api/logs/out`);
    other.socket.close();
    await expect.poll(() => upstream.sockets.clients.size, { timeout: 20_000 }).toBe(0);
  });

  test("of any other path are refused", async () => {
    const upstream = await startSockets(undefined);
    const { url } = await dashboardOn(upstream.apiUrl);
    const socket = new SocketClient(`${url.replace("http", "ws")}/api/events/in`);
    const status = new Promise((done) => {
      socket.socket.once("unexpected-response", (_, answer) => done(answer.statusCode));
      socket.socket.on("error", () => undefined);
    });
    expect(await status).toBe(404);
  });
});
