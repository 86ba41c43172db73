import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin, server as serverRoutes } from "../../schema/admin.ts";
import { flows } from "../../schema/flows.ts";
import { connectSocket, SocketClient } from "../../testing/socket-client.ts";
import { createWorld, type World, type WorldOptions } from "../../testing/world.ts";

const home = "http://praetor.test";
const authString = "me:secret";
const day = 86_400_000;

interface Sent {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  from?: string;
}
async function send(world: World, path: string, { method = "GET", body, headers = {}, from }: Sent = {}) {
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const connection = from === undefined ? {} : { incoming: { socket: { remoteAddress: from } } };
  const answer = await world.fetch(new Request(`${home}/api${path}`, init), connection);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
}

const signIn = (world: World, { user = "me", password = "secret", ...more }: Sent & Login = {}) =>
  send(world, "/praetor/session", {
    method: "POST",
    body: { user, password },
    headers: { origin: home },
    ...more,
  });
interface Login {
  user?: string;
  password?: string;
}

/** The `Cookie` header that a browser would send. */
const cookieOf = (answer: { headers: Headers }) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const signedIn = async (world: World) => cookieOf(await signIn(world));
const shows = (cookie: string, headers: Record<string, string> = {}): Sent => ({
  headers: { cookie, ...headers },
});
const opened = (options: WorldOptions = {}) =>
  createWorld({ ...options, settings: { apiAuthString: authString, ...options.settings } });

describe("a browser that signs in", () => {
  let world: World;
  let clock = Date.now();
  beforeAll(async () => {
    world = await opened({ now: () => clock });
  });
  afterAll(() => world.close());

  test("gets a cookie that scripts cannot read and that no other site sends", async () => {
    const answer = await signIn(world);
    expect(answer.status).toBe(200);
    expect(Date.parse(answer.body.expires) - clock).toBeGreaterThan(7 * day - 2000);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^praetor_session_[0-9a-f]{8}=[\w.-]+; Path=\/api; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get("set-cookie")).not.toContain("secret");
  });

  test("reads and changes with it, and is told until when", async () => {
    const cookie = await signedIn(world);
    expect((await send(world, "/admin/version", shows(cookie))).status).toBe(200);
    const info = await send(world, "/praetor/info", shows(`theme=dark; ${cookie}; other=1`));
    expect(info.body.session).toEqual({ expires: expect.any(String) });
    const change = { method: "POST", body: { name: "made" }, ...shows(cookie, { origin: home }) };
    expect((await send(world, "/flows/", change)).status).toBe(201);
  });

  test("needs only the right password", async () => {
    for (const login of [{ password: "wrong" }, { user: "you" }, { user: "", password: "" }]) {
      const refused = await signIn(world, login);
      expect(refused).toMatchObject({ status: 401, body: { detail: "Wrong user or password." } });
      expect(refused.headers.get("set-cookie")).toBeNull();
    }
    expect((await signIn(world, { password: "x".repeat(1025) })).status).toBe(422);
    expect((await signIn(world, { password: "x".repeat(20_000) })).status).toBe(413);
    expect((await signIn(world, { body: { user: 1 } })).status).toBe(422);
    expect((await signIn(world, { headers: { origin: "http://elsewhere.test" } })).status).toBe(403);
  });

  test("may guess as often as with a header, and both count together", async () => {
    const from = "10.0.0.1";
    for (let at = 0; at < 5; at++) await signIn(world, { password: `guess-${at}`, from });
    const basic = (text: string) => ({ headers: { authorization: `Basic ${btoa(text)}` }, from });
    await send(world, "/hello", basic("me:guess-0"));
    for (let at = 5; at < 10; at++) await send(world, "/hello", basic(`me:guess-${at}`));
    const refused = await signIn(world, { from });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await signIn(world, { from: "10.0.0.2" })).status).toBe(200);
    // Existing sessions are not locked out by wrong passwords from the same address.
    const cookie = await signedIn(world);
    expect((await send(world, "/hello", { ...shows(cookie), from })).status).toBe(200);
  });

  test("signs out", async () => {
    const cookie = await signedIn(world);
    const out = await send(world, "/praetor/session", {
      method: "DELETE",
      ...shows(cookie, { origin: home }),
    });
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(/^praetor_session_[0-9a-f]{8}=; Path=\/api; Max-Age=0; /);
    expect((await send(world, "/praetor/session", { method: "DELETE" })).status).toBe(401);
  });

  test("stays signed in while it comes back, for thirty days", async () => {
    const begun = clock;
    let cookie = await signedIn(world);
    const visit = async () => {
      const answer = await send(world, "/hello", shows(cookie));
      cookie = cookieOf(answer) || cookie;
      return answer;
    };
    clock += 60_000;
    expect((await visit()).headers.get("set-cookie")).toBeNull();
    for (let week = 0; week < 4; week++) {
      clock += 6 * day;
      expect((await visit()).headers.get("set-cookie")).toContain("HttpOnly");
    }
    clock = begun + 30 * day - 60_000;
    expect((await visit()).status).toBe(200);
    clock += 61_000;
    expect((await visit()).status).toBe(401);
  });

  test("is signed out after a week without it", async () => {
    const cookie = await signedIn(world);
    clock += 7 * day - 1000;
    expect((await send(world, "/hello", shows(cookie))).status).toBe(200);
    clock += 1000;
    expect((await send(world, "/hello", shows(cookie))).status).toBe(401);
  });

  test.each([
    ["of no signature", (value: string) => value.replace(/\.[^.]*$/, "")],
    ["of an empty one", (value: string) => value.replace(/[^.]*$/, "")],
    ["of another one", (value: string) => value.replace(/[^.]*$/, "A".repeat(43))],
    ["of a longer one", (value: string) => `${value}A`],
    ["with a later expiry", (value: string) => value.replace(/\.\d+\./, ".99999999999.")],
    ["with another beginning", (value: string) => value.replace(/=\d+/, "=1")],
    ["with an expiry that is no number", (value: string) => value.replace(/\.\d+\./, ".1e9.")],
    ["of another name", (value: string) => value.replace("praetor_session_", "praetor_session_0")],
    ["without a name", (value: string) => value.replace(/^[^=]*=/, "")],
    ["that is the password", (value: string) => value.replace(/=.*/, `=${btoa(authString)}`)],
    ["of 8 kB", (value: string) => `${value.replace(/=.*/, "=")}${"1".repeat(8000)}`],
    ["of thousands of names", () => "praetor_session_=;".repeat(800)],
  ])("shows no cookie %s", async (_, forge) => {
    const cookie = await signedIn(world);
    expect((await send(world, "/hello", shows(forge(cookie)))).status).toBe(401);
    // One that a neighbour of the same site has set as well does not hide the good one.
    expect((await send(world, "/hello", shows(`${forge(cookie)}; ${cookie}`))).status).toBe(200);
  });
});

describe("a change with a cookie", () => {
  let world: World;
  let cookie: string;
  beforeAll(async () => {
    world = await opened({ settings: { corsOrigins: ["https://flows.example", "*"] } });
    cookie = await signedIn(world);
  });
  afterAll(() => world.close());
  const change = (headers: Record<string, string>, method = "POST") =>
    send(world, "/flows/", { method, body: { name: "made" }, ...shows(cookie, headers) });

  // `*` lets all of these in with a password.
  test.each([
    ["of no page", {}],
    ["of a page that hides where it is from", { origin: "null" }],
    ["of another port of this host", { origin: "http://praetor.test:8080" }],
    ["of another site", { origin: "http://elsewhere.test" }],
    ["of a name that begins like this one", { origin: "http://praetor.test.evil.example" }],
    ["of what is no origin", { origin: "praetor.test" }],
  ])("is refused: %s", async (_, headers: Record<string, string>) => {
    const refused = await change(headers);
    expect(refused.status).toBe(403);
    expect(refused.body.detail).toContain("page of this server");
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect((await send(world, "/flows/", { method, ...shows(cookie, headers) })).status).toBe(403);
    const basic = { ...headers, authorization: `Basic ${btoa(authString)}` };
    expect([200, 201]).toContain((await change(basic)).status);
  });

  test("is taken of a page of this server, and of an origin that the settings name", async () => {
    for (const origin of [home, "https://flows.example"])
      expect([200, 201]).toContain((await change({ origin })).status);
  });

  test("is read by no other origin: a browser wants to be told so for cookies", async () => {
    const read = await send(world, "/hello", shows(cookie, { origin: "http://elsewhere.test" }));
    expect(read.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("needs a CSRF token where changes do, which signing in does not", async () => {
    const strict = await opened({ settings: { csrfEnabled: true } });
    const own = await signedIn(strict);
    const headers = { origin: home, cookie: own };
    const made = (more: Record<string, string> = {}) =>
      send(strict, "/flows/", { method: "POST", body: { name: "a" }, headers: { ...headers, ...more } });
    expect(await made()).toMatchObject({ status: 403, body: { detail: "Missing CSRF token." } });
    const { token } = (await send(strict, "/csrf-token?client=one", shows(own))).body;
    const tokens = { "prefect-csrf-token": token, "prefect-csrf-client": "one" };
    expect((await made(tokens)).status).toBe(201);
    await strict.close();
  });
});

describe("the cookie of one server", () => {
  test("is good at a replica with the same password, and after a restart; not with another password", async () => {
    const [one, replica] = await Promise.all([opened(), opened()]);
    const other = await opened({ settings: { apiAuthString: "me:changed" } });
    const cookie = await signedIn(one);
    expect((await send(replica, "/hello", shows(cookie))).status).toBe(200);
    expect((await send(other, "/hello", shows(cookie))).status).toBe(401);
    // Two servers on one host share its cookies, whatever their ports are.
    const theirs = cookieOf(await signIn(other, { password: "changed" }));
    expect(theirs.split("=")[0]).not.toBe(cookie.split("=")[0]);
    expect((await send(one, "/hello", shows(`${theirs}; ${cookie}`))).status).toBe(200);
    await Promise.all([one, replica, other].map((world) => world.close()));
  });

  test("is for https alone where the page came by it", async () => {
    const world = await opened({ settings: { trustProxy: true } });
    const proxied = (proto: string) => ({
      headers: {
        origin: "https://flows.example",
        "x-forwarded-host": "flows.example",
        "x-forwarded-proto": proto,
      },
    });
    expect((await signIn(world, proxied("https"))).headers.get("set-cookie")).toContain("; Secure");
    expect((await signIn(world, proxied("http"))).headers.get("set-cookie")).not.toContain("Secure");
    const cookie = await signedIn(world);
    const change = (origin: string) =>
      send(world, "/flows/", {
        method: "POST",
        body: { name: "a" },
        headers: { ...proxied("https").headers, origin, cookie },
      });
    expect((await change("https://flows.example")).status).toBe(201);
    // Without TLS the host may be impersonated.
    expect((await change("http://flows.example")).status).toBe(403);
    await world.close();

    const plain = await opened({ settings: { corsOrigins: ["https://flows.example"] } });
    const secure = await signIn(plain, { headers: { origin: "https://flows.example" } });
    expect(secure.headers.get("set-cookie")).toContain("; Secure");
    await plain.close();
  });

  test("is not given where no password is asked for", async () => {
    const world = await createWorld();
    expect((await signIn(world)).status).toBe(422);
    expect((await send(world, "/praetor/info", shows("praetor_session_=1.2.x"))).body.session).toBeNull();
    expect(await world.call(serverRoutes.signOut, {})).toBeUndefined();
    await world.close();
  });

  test("changes nothing for programs: the password in a header is judged first", async () => {
    const world = await opened();
    const cookie = await signedIn(world);
    const wrong = await send(world, "/hello", shows(cookie, { authorization: `Basic ${btoa("me:old")}` }));
    expect(wrong.status).toBe(401);
    await world.call(admin.hello, {});
    expect(await world.call(flows.create, { name: "by-program" })).toMatchObject({ name: "by-program" });
    expect((await world.call(serverRoutes.info, {})).session).toBeNull();
    await world.close();
  });
});

describe("a socket with a cookie", () => {
  let clock = Date.now();
  let world: World;
  let url: string;
  let cookie: string;
  beforeAll(async () => {
    world = await opened({ now: () => clock, settings: { corsOrigins: ["*"] } });
    url = (await world.listen()).url;
    cookie = await signedIn(world);
  });
  afterAll(() => world.close());
  const socket = () => `${url.replace("http", "ws")}/api/praetor/live`;
  const refused = async (headers: Record<string, string>, token: string | null = null) => {
    const ear = new SocketClient(socket(), ["prefect"], headers);
    await ear.opened;
    ear.say({ type: "auth", token });
    return ear.closed;
  };

  test("is opened by a page of this server", async () => {
    const ear = await connectSocket(socket(), null, { cookie, origin: url });
    await ear.pong();
    ear.socket.close();
  });

  test("is refused to a page of another origin, to none, with a forged cookie, and with a wrong token", async () => {
    const noToken = { code: 1008, reason: expect.stringContaining("no token") };
    expect(await refused({ cookie, origin: "http://elsewhere.test" })).toMatchObject(noToken);
    expect(await refused({ cookie, origin: `${url}0` })).toMatchObject(noToken);
    expect(await refused({ cookie })).toMatchObject(noToken);
    expect(await refused({ cookie: `${cookie}A`, origin: url })).toMatchObject(noToken);
    expect(await refused({ cookie, origin: url }, "me:wrong")).toMatchObject({ code: 1008 });
  });

  test("is closed when the session ends", async () => {
    clock += 7 * day - 1000;
    const ear = new SocketClient(socket(), ["prefect"], { cookie, origin: url });
    await ear.opened;
    ear.say({ type: "auth", token: null });
    expect(await ear.closed).toMatchObject({ code: 1008, reason: "The session has ended." });
    clock += 1000;
    expect(await refused({ cookie, origin: url })).toMatchObject({ code: 1008 });
  });
});
