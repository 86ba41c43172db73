import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { flows } from "../schema/flows.ts";
import { httpTransport } from "../sdk/http-transport.ts";
import { selfSigned } from "../testing/certificate.ts";
import { createWorld } from "../testing/world.ts";
import { ApiError, createClient } from "./client.ts";
import { verifyingServer, WrongServer } from "./server-verification.ts";

const world = await createWorld();
const locked = await createWorld({ settings: { apiAuthString: "me:right" } });
const open = await world.listen();
const guarded = await locked.listen();
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await Promise.all([world.close(), locked.close()]);
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());
  return port;
}
const answering = (answer: RequestListener) => listening(createHttp(answer));

interface ServerStub {
  apiUrl: string;
  authString?: string;
  apiKey?: string;
}
/** A script's first request. For an unreachable server it would wait two minutes: certain errors must be reported at once. */
function first(input: ServerStub) {
  const { client } = httpTransport({ ...input, printLevel: "silent" });
  return client.call(flows.create, { name: "first" });
}

const page: RequestListener = (_, response) =>
  response.writeHead(200, { "content-type": "text/html" }).end("<title>Something else</title>");
const website = `http://127.0.0.1:${await answering(page)}`;
// It has no certificate, and reports that in TLS.
const tls = `http://127.0.0.1:${await listening(createTls({}))}`;
const unsigned = `https://localhost:${await listening(createTls(selfSigned(), page))}`;
const { url } = open;

test.each<[string, ServerStub, string]>([
  [
    "a URL without /api",
    { apiUrl: url },
    `PRAETOR_API_URL is ${url}, without the /api at its end: set it to ${url}/api`,
  ],
  [
    "another program",
    { apiUrl: `${website}/api` },
    `${website}/api is not a Praetor or Prefect server (200, text/html): check PRAETOR_API_URL.`,
  ],
  [
    "an unknown host",
    { apiUrl: "http://nowhere.invalid:4200/api" },
    "There is no host named nowhere.invalid: check PRAETOR_API_URL, which is http://nowhere.invalid:4200/api.",
  ],
  [
    "a port that is for others",
    { apiUrl: "http://127.0.0.1:22/api" },
    "No web server may use the port of http://127.0.0.1:22/api: check PRAETOR_API_URL.",
  ],
  [
    "https for http",
    { apiUrl: `${url.replace("http", "https")}/api` },
    `does not speak TLS: set PRAETOR_API_URL to ${url}/api`,
  ],
  [
    "http for https",
    { apiUrl: `${tls}/api` },
    `The server at ${tls}/api speaks TLS: set PRAETOR_API_URL to ${tls.replace("http", "https")}/api`,
  ],
  [
    "a certificate that no authority has signed",
    { apiUrl: `${unsigned}/api` },
    `The certificate of ${unsigned}/api is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT): call the server by the name in it, or set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.`,
  ],
])("%s is reported at once, with the URL and what to do", async (_, input, message) => {
  const error = await first(input).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WrongServer);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
});

test.each<[string, Partial<ServerStub>, string]>([
  ["no password", {}, "asks for a password: set PRAETOR_API_AUTH_STRING to its user:password."],
  ["a wrong password", { authString: "me:wrong" }, "refuses the password of PRAETOR_API_AUTH_STRING"],
  ["a key", { apiKey: "pnu_wrong" }, "refuses the key of PRAETOR_API_KEY"],
])("%s is reported at once, with the URL and what to do", async (_, input, message) => {
  const apiUrl = `${guarded.url}/api`;
  const error = await first({ apiUrl, ...input }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 401,
    message: expect.stringContaining(`The server at ${apiUrl} ${message}`),
  });
});

test("a correct server is used unchanged, even if its first response is 404", async () => {
  expect(await first({ apiUrl: `${url}/api` })).toMatchObject({ name: "first" });
  expect(await first({ apiUrl: `${guarded.url}/api`, authString: "me:right" })).toMatchObject({
    name: "first",
  });
  const send = verifyingServer(fetch, { apiUrl: `${url}/api` });
  const missing = createClient({ baseUrl: `${url}/api`, send }).call(flows.readByName, { name: "missing" });
  await expect(missing).rejects.toMatchObject({ status: 404 });
});

test("once verified, signs of a wrong address count as an unreachable server", async () => {
  let sign = () => Response.json({}, { status: 201 });
  const send = verifyingServer(async () => sign(), { apiUrl: `${url}/api` });
  const ask = () => send(new Request(`${url}/api/flows/`, { method: "POST" }));
  expect((await ask()).status).toBe(201);
  const gone = new TypeError("fetch failed", {
    cause: Object.assign(new Error("gone"), { code: "ENOTFOUND" }),
  });
  sign = () => {
    throw gone;
  };
  await expect(ask()).rejects.toBe(gone);
});
