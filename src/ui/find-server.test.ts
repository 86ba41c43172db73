import { expect, test } from "vitest";
import { withCsrf } from "./find-server.ts";

test("a server that demands a token gets one, and the refused request is made again with it", async () => {
  const seen: string[] = [];
  const send = withCsrf("http://server.test/api", async (request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname}`);
    if (request.url.includes("csrf-token")) return Response.json({ token: "secret" });
    if (request.headers.get("Prefect-Csrf-Token") !== "secret")
      return Response.json({ detail: "Missing CSRF token." }, { status: 403 });
    return Response.json({ body: await request.text() });
  });
  const post = () => new Request("http://server.test/api/flows/", { method: "POST", body: "{}" });
  expect(await (await send(post())).json()).toEqual({ body: "{}" });
  expect(await (await send(post())).json()).toEqual({ body: "{}" });
  expect(seen).toEqual(["POST /api/flows/", "GET /api/csrf-token", "POST /api/flows/", "POST /api/flows/"]);
});
