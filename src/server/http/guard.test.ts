import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../client/client.ts";
import { admin } from "../../schema/admin.ts";
import { flows } from "../../schema/flows.ts";
import { Settings } from "../../schema/settings.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Hosts } from "./hosts.ts";

interface Sent {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  from?: string;
}
async function send(world: World, path: string, { method = "GET", body, headers = {}, from }: Sent = {}) {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const connection = from === undefined ? {} : { incoming: { socket: { remoteAddress: from } } };
  const response = await world.fetch(new Request(`http://praetor.test${path}`, init), connection);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}
const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });

describe("a server with a password", () => {
  let world: World;
  let clock = Date.now();
  beforeAll(async () => {
    world = await createWorld({ settings: { apiAuthString: "me:secret" }, now: () => clock });
  });
  afterAll(() => world.close());

  test.each([
    "/%61pi/admin/settings",
    "/api%2Fadmin/settings",
    "/a%70i/openapi.json",
    "/%61%70%69/variables/name/health",
    "/api/variables/name/health",
    "/api/variables/name/ready",
    "/api/admin/settings#/health",
    "/%61pi/admin/settings?%ff",
    "/%61pi/variables/name/%ff",
    "/metrics",
    "/%6detrics",
  ])("gives nothing away at %s", async (path) => {
    const { status, body } = await send(world, path);
    expect([401, 404]).toContain(status);
    expect(body).not.toHaveProperty("apiAuthString");
  });

  test.each(["/api/health", "/api/ready", "/ui-settings"])("answers %s to all", async (path) => {
    expect((await send(world, path)).status).toBe(200);
  });

  test("allows an address ten wrong passwords a minute, and does not block others", async () => {
    const guess = (word: string, from = "10.0.0.1") =>
      send(world, "/api/admin/version", { headers: basic(`me:${word}`), from });
    for (let at = 0; at < 10; at++) expect((await guess(`guess-${at}`)).status).toBe(401);
    const refused = await guess("secret");
    expect(refused.status).toBe(429);
    expect(refused.body.detail).toContain("Too many failed logins");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await guess("secret", "10.0.0.2")).status).toBe(200);
    clock += 61_000;
    expect((await guess("secret")).status).toBe(200);
  });

  test("counts all addresses of one IPv6 network as one", async () => {
    const guess = (at: number) =>
      send(world, "/api/hello", { headers: basic(`me:${at}`), from: `2001:db8:1:2::${at}` });
    for (let at = 0; at < 10; at++) await guess(at);
    expect((await guess(11)).status).toBe(429);
  });

  test("does not count repetitions of the same wrong password", async () => {
    const wrong = { headers: basic("me:old"), from: "10.0.0.3" };
    for (let at = 0; at < 30; at++) expect((await send(world, "/api/hello", wrong)).status).toBe(401);
    const right = await send(world, "/api/hello", { headers: basic("me:secret"), from: "10.0.0.3" });
    expect(right.status).toBe(200);
  });
});

describe("pages of other origins", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ settings: { corsOrigins: ["https://flows.example"] } });
  });
  afterAll(() => world.close());
  const from = (origin: string, more: Record<string, string> = {}) => ({ headers: { origin, ...more } });
  const change = { method: "POST", body: '{"name":"made"}' };

  test.each(["http://elsewhere.test", "null", "http://praetor.test.evil.example", "http://praetor.test:81"])(
    "may change nothing: %s",
    async (origin) => {
      expect((await send(world, "/api/flows/", { ...change, ...from(origin) })).status).toBe(403);
      const preflight = await send(world, "/api/flows/", { method: "OPTIONS", ...from(origin) });
      expect(preflight.status).toBe(403);
      expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("read no answer", async () => {
    const { headers } = await send(world, "/api/hello", from("http://elsewhere.test"));
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("may all of it where the settings name them", async () => {
    const origin = "https://flows.example";
    const request = from(origin, { "access-control-request-headers": "authorization" });
    const preflight = await send(world, "/api/flows/", { method: "OPTIONS", ...request });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization");
    const made = await send(world, "/api/flows/", { ...change, ...from(origin) });
    expect(made.status).toBe(201);
    expect(made.headers.get("access-control-allow-origin")).toBe(origin);
    const missing = await send(world, "/api/nothing", from(origin));
    expect(missing.headers.get("access-control-allow-origin")).toBe(origin);
  });

  test("are not others: those of the server itself", async () => {
    expect((await send(world, "/api/flows/", { ...change, ...from("http://praetor.test") })).status).toBe(
      200,
    );
  });
});

describe("with CSRF protection", () => {
  let world: World;
  let clock = Date.now();
  beforeAll(async () => {
    world = await createWorld({
      settings: { csrfEnabled: true, apiAuthString: "me:secret" },
      now: () => clock,
    });
  });
  afterAll(() => world.close());
  const change = (headers: Record<string, string>) =>
    send(world, "/api/flows/", {
      method: "POST",
      body: '{"name":"a"}',
      headers: { ...basic("me:secret"), ...headers },
    });
  const token = async (client: string) =>
    (await send(world, `/api/csrf-token?client=${client}`, { headers: basic("me:secret") })).body;

  test("a token is 64 hexadecimal digits, for one client and an hour", async () => {
    const input = await token("one");
    expect(input).toMatchObject({ client: "one", token: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Date.parse(input.expiration) - Date.parse(input.created)).toBe(3_600_000);
    expect((await token("one")).id).toBe(input.id);
    expect((await token("two")).token).not.toBe(input.token);
  });

  test("a change without it is refused in the words that clients look for", async () => {
    const { token: good } = await token("one");
    const missing = { status: 403, body: { detail: "Missing CSRF token." } };
    expect(await change({})).toMatchObject(missing);
    const nameless = { status: 403, body: { detail: "Missing client identifier." } };
    expect(await change({ "prefect-csrf-token": good })).toMatchObject(nameless);
    const wrong = { status: 403, body: { detail: "Invalid CSRF token or client identifier." } };
    const of = (client: string, text: string) => ({
      "prefect-csrf-token": text,
      "prefect-csrf-client": client,
    });
    expect(await change(of("two", good))).toMatchObject(wrong);
    expect(await change(of("one", "é".repeat(64)))).toMatchObject(wrong);
    expect((await change(of("one", good))).status).toBe(201);
    clock += 2 * 3_600_000;
    expect(await change(of("one", good))).toMatchObject(wrong);
  });

  test("our client fetches a token when it is missed, and again when it no longer holds", async () => {
    const paths: string[] = [];
    const client = createClient({
      baseUrl: "http://praetor.test/api",
      authString: "me:secret",
      send: (request) => {
        paths.push(`${request.method} ${new URL(request.url).pathname}`);
        return world.fetch(request);
      },
    });
    await client.call(admin.hello, {});
    await client.call(flows.create, { name: "b" });
    await client.call(flows.create, { name: "c" });
    clock += 2 * 3_600_000;
    await client.call(flows.create, { name: "d" });
    const requested = ["POST /api/flows/", "GET /api/csrf-token", "POST /api/flows/"];
    expect(paths).toEqual(["GET /api/hello", ...requested, "POST /api/flows/", ...requested]);
  });

  test("the dashboard settings report it", async () => {
    expect((await send(world, "/ui-settings")).body).toMatchObject({ csrf_enabled: true });
  });
});

describe("every answer says how browsers are to take it", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ settings: { apiAuthString: "me:secret" } });
  });
  afterAll(() => world.close());

  test.each([
    ["a good one", "/api/health", {}, 200],
    ["a refusal", "/api/hello", {}, 401],
    ["an address that is none", "/api/nothing", basic("me:secret"), 404],
    ["an old client", "/api/hello", { ...basic("me:secret"), "x-prefect-api-version": "0.1" }, 400],
  ])("%s", async (_, path, headers, status) => {
    const answer = await send(world, path, { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });
});

describe("limits of requests", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ settings: { maxBodyMegabytes: 0.1 } });
  });
  afterAll(() => world.close());
  const post = (path: string, body: string) => send(world, path, { method: "POST", body });

  test("a long body is refused with 413, but for logs and events, which come in bulk", async () => {
    const long = JSON.stringify({ name: "x".repeat(200_000) });
    const refused = await post("/api/flows/", long);
    expect(refused).toMatchObject({ status: 413, body: { detail: expect.stringContaining("0.1 MB") } });
    const line = { name: "a", level: 20, message: "m".repeat(200_000), timestamp: "2026-01-01T00:00:00Z" };
    expect((await post("/api/logs/", JSON.stringify([line]))).status).toBe(201);
  });

  test.each(["[", '{"a":'])("a body of thousands of %s is refused with 422", async (open) => {
    const text = open.repeat(10_000);
    const refused = await post("/api/flows/", text);
    expect(refused.status).toBe(422);
    expect(refused.body.exception_detail[0].msg).toContain("at most 200 levels");
    expect((await post("/api/events", text)).status).toBe(422);
  });

  test("brackets in texts are no levels", async () => {
    const value = `${'\\"['.repeat(1000)}`;
    expect((await post("/api/variables/", `{"name":"deep","value":"${value}"}`)).status).toBe(201);
  });

  test("a list of many wrong values is answered with some complaints, not with one for each", async () => {
    const { body } = await post("/api/flows/", JSON.stringify({ name: "a", tags: Array(5000).fill(1) }));
    expect(body.exception_detail).toHaveLength(100);
  });
});

describe("proxy headers", () => {
  const said = {
    "x-forwarded-host": "public.example",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "10.9.9.9, 10.0.0.7",
  };
  const page = {
    method: "POST",
    body: '{"name":"a"}',
    headers: { origin: "https://public.example", ...said },
  };
  const guess = (world: World, from: string, headers: Record<string, string>) =>
    send(world, "/api/hello", { from, headers: { ...headers, ...basic(`me:${Math.random()}`) } });

  test("are ignored unless configured", async () => {
    const world = await createWorld({ settings: { apiAuthString: "me:secret" } });
    const mine = { ...page, headers: { ...page.headers, ...basic("me:secret") } };
    expect((await send(world, "/api/flows/", mine)).status).toBe(403);
    expect((await send(world, "/ui-settings", { headers: said })).body.api_url).toBe(
      "http://praetor.test/api",
    );
    for (let at = 0; at < 11; at++) await guess(world, "10.0.0.1", { "x-forwarded-for": `10.1.1.${at}` });
    expect((await guess(world, "10.0.0.1", { "x-forwarded-for": "10.2.2.2" })).status).toBe(429);
    await world.close();
  });

  test("determine client and host when trusted", async () => {
    const world = await createWorld({ settings: { apiAuthString: "me:secret", trustProxy: true } });
    const mine = { ...page, headers: { ...page.headers, ...basic("me:secret") } };
    expect((await send(world, "/api/flows/", mine)).status).toBe(201);
    expect((await send(world, "/ui-settings", { headers: said })).body.api_url).toBe(
      "https://public.example/api",
    );
    const odd = { "x-forwarded-host": 'evil"/<b>', "x-forwarded-proto": "javascript" };
    expect((await send(world, "/ui-settings", { headers: odd })).body.api_url).toBe(
      "http://praetor.test/api",
    );
    // The last address was seen by the proxy itself; earlier ones may be forged.
    for (let at = 0; at < 11; at++)
      await guess(world, "10.0.0.1", { "x-forwarded-for": `10.1.1.${at}, 10.0.0.7` });
    expect((await guess(world, "10.0.0.1", said)).status).toBe(429);
    expect((await guess(world, "10.0.0.1", { "x-forwarded-for": "10.0.0.8" })).status).toBe(401);
    await world.close();
  });
});

describe("the names of a server", () => {
  const hosts = (settings: Partial<Parameters<typeof Settings.parse>[0] & object>) =>
    new Hosts(Settings.parse({ home: "/nowhere", ...settings }));
  const here = ["localhost", "localhost:4200", "127.0.0.1:4200", "127.0.0.2", "[::1]:4200", "a.localhost:1"];
  const strange = [
    "evil.example",
    "evil.example:4200",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "",
  ];

  test.each(here)("%s is one of a server that only this machine reaches", (host) => {
    expect(hosts({}).isWelcome(host)).toBe(true);
  });
  test.each(strange)("'%s' is none: a page may have led its own name here", (host) => {
    expect(hosts({}).isWelcome(host)).toBe(false);
  });
  test("are any where others reach it, or it asks for a password, unless the settings name them", () => {
    const name = "flows.example";
    expect(hosts({ host: "0.0.0.0" }).isWelcome(name)).toBe(true);
    expect(hosts({ apiAuthString: "me:secret" }).isWelcome(name)).toBe(true);
    expect(hosts({ allowedHosts: "*" }).isWelcome(name)).toBe(true);
    expect(hosts({ host: "0.0.0.0", allowedHosts: "Flows.example" }).isWelcome("flows.EXAMPLE:443")).toBe(
      true,
    );
    expect(hosts({ host: "0.0.0.0", allowedHosts: name }).isWelcome("other.example")).toBe(false);
    expect(hosts({ host: "0.0.0.0", allowedHosts: name }).isWelcome("127.0.0.1:4200")).toBe(true);
  });
});
