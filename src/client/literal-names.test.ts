import { expect, test } from "vitest";
import { parseExact } from "../schema/exact-json.ts";
import { variables } from "../schema/variables.ts";
import { createClient } from "./client.ts";
import { withLiteralNames } from "./literal-names.ts";

async function sent(call: (client: ReturnType<typeof createClient>) => Promise<unknown>): Promise<string> {
  let body = "";
  const send = async (request: Request) => {
    body = await request.text();
    return Response.json([]);
  };
  await call(withLiteralNames(createClient({ baseUrl: "http://host/api", send })));
  return body;
}

test("names in filters match literally", async () => {
  const filter = { variables: { name: { like_: "100%" } } };
  expect(JSON.parse(await sent((client) => client.call(variables.filter, filter)))).toEqual({
    variables: { name: { like_: "100\\%" } },
  });
});

test("values are sent as they are", async () => {
  const value = parseExact('{"zone": {"like_": "100%"}, "size": 2.0}');
  expect(await sent((client) => client.call(variables.create, { name: "one", value }))).toBe(
    '{"name":"one","value":{"zone":{"like_":"100%"},"size":2.0}}',
  );
});
