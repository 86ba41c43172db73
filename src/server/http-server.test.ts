import { request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HttpServer } from "./http-server.ts";

let httpServer: HttpServer;
let url = "";
beforeEach(async () => {
  httpServer = new HttpServer();
  url = await httpServer.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => httpServer.close());

const status = async (path: string) => (await fetch(url + path)).status;

test("while the store opens, the server is live, not ready, and answers 503 with Retry-After", async () => {
  expect(await status("/api/health")).toBe(200);
  expect(await status("/api/ready")).toBe(503);
  const answer = await fetch(`${url}/api/flows/filter`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toEqual({
    message: "The server is starting.",
    exception_message: "Service Unavailable",
  });
  httpServer.serve(async () => new Response("served"));
  expect(await status("/api/ready")).toBe(200);
});

test("while it stops it is not ready, and finishes requests, also on keep-alive connections", async () => {
  httpServer.serve(async (request) => {
    if (request.url.endsWith("/slow")) await sleep(300);
    return new Response("served");
  });
  const slow = status("/api/slow");
  await sleep(100);
  httpServer.stopping();
  expect(await status("/api/ready")).toBe(503);
  expect(await status("/api/other")).toBe(200);
  const began = performance.now();
  const closed = httpServer.close();
  await expect(fetch(`${url}/api/other`)).rejects.toThrow();
  expect(await slow).toBe(200);
  await closed;
  expect(performance.now() - began).toBeLessThan(2000);
});

test("an upgrade before there are sockets is asked to retry", async () => {
  const headers = { connection: "Upgrade", upgrade: "websocket" };
  const answered = await new Promise<number | undefined>((done, fail) => {
    httpRequest(`${url}/api/events/in`, { headers }, (answer) => done(answer.resume().statusCode))
      .on("error", fail)
      .end();
  });
  expect(answered).toBe(503);
});
