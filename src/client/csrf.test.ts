import { expect, test } from "vitest";
import { flows } from "../schema/flows.ts";
import { createClient } from "./client.ts";

/** A server that issues tokens as Prefect's does: each new one invalidates the last. */
function issuing() {
  const issued: string[] = [];
  const send = async (request: Request): Promise<Response> => {
    await new Promise((turn) => setTimeout(turn, 1));
    if (new URL(request.url).pathname.endsWith("/csrf-token")) {
      issued.push(`token-${issued.length}`);
      return Response.json({ token: issued.at(-1) });
    }
    const isGood = issued.length > 0 && request.headers.get("prefect-csrf-token") === issued.at(-1);
    return isGood ? Response.json([]) : Response.json({ detail: "Missing CSRF token." }, { status: 403 });
  };
  return { issued, send };
}

test("concurrent requests without a token share one, and fetch another when it has expired", async () => {
  const { issued, send } = issuing();
  const client = createClient({ baseUrl: "http://server.test/api", send });
  const all = () => Promise.all([1, 2, 3].map(() => client.call(flows.filter, {})));
  expect(await all()).toEqual([[], [], []]);
  expect(issued).toHaveLength(1);
  issued.push("of another client");
  expect(await all()).toEqual([[], [], []]);
  expect(issued).toHaveLength(3);
});
