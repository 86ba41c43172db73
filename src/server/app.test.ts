import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../client/client.ts";
import { admin, server } from "../schema/admin.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { newId } from "../schema/ids.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

interface Sent {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}
async function send(path: string, { method = "GET", body, headers = {} }: Sent = {}, to: World = world) {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await to.fetch(new Request(`http://praetor.test${path}`, init));
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}
const post = (path: string, body: unknown) => send(path, { method: "POST", body: JSON.stringify(body) });

describe("request forms", () => {
  test.each([
    ["no body", undefined],
    ["an empty object", "{}"],
    ["null", "null"],
    ["null for every key", '{"flows":null,"flow_runs":null,"limit":null,"offset":null,"sort":null}'],
    ["keys that nobody knows", '{"foo":1}'],
  ])("a filter takes %s", async (_, body) => {
    const answer = await send("/api/flows/filter", {
      method: "POST",
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toBeInstanceOf(Array);
  });

  test.each(["/api/flows", "/api/flows/"])("%s creates a flow, slash or not", async (path) => {
    expect((await post(path, { name: path.replaceAll("/", "-") })).status).toBe(201);
  });

  test("an invalid id is not found, like an unknown route", async () => {
    const expected = { status: 404, body: { detail: "Not Found" } };
    expect(await send("/api/flow_runs/not-an-id")).toMatchObject(expected);
    expect(await send("/api/nothing")).toMatchObject(expected);
    expect(await send("/api/flows/filter")).toMatchObject(expected);
  });

  test("names in paths may contain spaces and punctuation", async () => {
    const { id } = await world.flow("a flow: 50 € + more?");
    expect(await world.call(flows.readByName, { name: "a flow: 50 € + more?" })).toMatchObject({ id });
  });
});

describe("error answers", () => {
  test("for an invalid body: what, where, and the body itself", async () => {
    const body = { name: "a/b", tags: [1], extra: true };
    expect(await post("/api/flows/", body)).toMatchObject({
      status: 422,
      body: {
        exception_message: "Invalid request received.",
        exception_detail: [
          {
            type: "invalid_format",
            loc: ["body", "name"],
            msg: expect.stringContaining("name"),
            input: "a/b",
          },
          { type: "invalid_type", loc: ["body", "tags", 0], input: 1 },
          { type: "extra_forbidden", loc: ["body", "extra"], input: true },
        ],
        request_body: body,
      },
    });
  });

  test("for a body that is not JSON, or not an object", async () => {
    const broken = await send("/api/flows/", { method: "POST", body: "{" });
    expect(broken).toMatchObject({
      status: 422,
      body: { exception_detail: [{ type: "json_invalid", loc: ["body"] }] },
    });
    expect(await post("/api/flows/filter", [1])).toMatchObject({ status: 422, body: { request_body: [1] } });
  });

  test("for a list as body: which element", async () => {
    const answer = await post("/api/logs/", [{ name: "a" }]);
    expect(answer.body.exception_detail[0]).toMatchObject({ loc: ["body", 0, "level"] });
  });

  test.each([-1, 201])("of a limit of %d, as one sentence", async (limit) => {
    const answer = await post("/api/flow_runs/filter", { limit });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/^Invalid limit/) } });
  });

  test("for unknown nested keys of a filter", async () => {
    const answer = await post("/api/flow_runs/filter", { flow_runs: { id: { any_: [], nope: 1 } } });
    expect(answer.body.exception_detail[0]).toMatchObject({ loc: ["body", "flow_runs", "id", "nope"] });
  });

  test("of an artifacts page that asks for runs with an empty id", async () => {
    expect((await post("/api/artifacts/filter", { flow_runs: { id: { any_: [""] } } })).status).toBe(422);
  });

  test("for missing rows, with the messages that clients match", async () => {
    const id = newId();
    const to = { state: { type: "RUNNING" } };
    expect(await send(`/api/flows/${id}`)).toMatchObject({ status: 404, body: { detail: "Flow not found" } });
    expect(await send(`/api/flow_runs/${id}`)).toMatchObject({ body: { detail: "Flow run not found" } });
    expect(await send("/api/variables/name/x")).toMatchObject({ body: { detail: "Variable not found." } });
    const unknown = { status: 404, body: { exception_message: expect.stringContaining("not found") } };
    expect(await post(`/api/flow_runs/${id}/set_state`, to)).toMatchObject(unknown);
    expect(await post(`/api/task_runs/${id}/set_state`, to)).toMatchObject(unknown);
    expect(await send(`/api/flow_runs/${id}/graph-v2`)).toMatchObject(unknown);
    expect((await send(`/api/flow_runs/${id}`, { method: "DELETE" })).status).toBe(404);
  });

  test("for a taken name", async () => {
    await post("/api/variables/", { name: "x", value: 1 });
    const again = await post("/api/variables/", { name: "x", value: 1 });
    expect(again).toMatchObject({
      status: 409,
      body: { detail: "A variable with the name 'x' already exists." },
    });
  });
});

describe("what clients request at startup", () => {
  test("health, versions and storage", async () => {
    expect((await send("/api/health")).body).toBe(true);
    expect((await send("/api/ready")).body).toEqual({ message: "OK" });
    expect((await send("/api/version")).body).toBe("0.8.4");
    expect((await send("/api/admin/version")).body).toBe("3.9.1");
    expect((await send("/api/admin/storage")).body).toEqual({ default_result_storage_block_id: null });
  });

  test("CSRF protection is off, with the message that clients match", async () => {
    const answer = await send("/api/csrf-token?client=me");
    expect(answer).toMatchObject({ status: 422, body: { detail: "CSRF protection is disabled." } });
  });

  test("the dashboard's settings name the API, at the root", async () => {
    const { body } = await send("/ui-settings");
    expect(body).toMatchObject({
      api_url: "http://praetor.test/api",
      csrf_enabled: false,
      auth: null,
      flags: [],
    });
  });

  test("our own server identifies itself", async () => {
    expect(await world.call(server.info, {})).toMatchObject({
      name: "praetor",
      capabilities: expect.any(Array),
    });
  });

  test.each([
    ["0.8.4", 200],
    ["0.8.0", 200],
    ["0.9", 200],
    ["1.0.0", 200],
    ["0.7.9", 400],
    ["new", 400],
  ])("a client that speaks API version %s is answered with %d", async (version, status) => {
    const headers = { "x-prefect-api-version": version };
    expect((await send("/api/version", { headers })).status).toBe(status);
    expect((await send("/api/health", { headers })).status).toBe(200);
  });

  test("the description of the API names every route, with schemas for inputs and answers", async () => {
    const { body } = await send("/api/openapi.json");
    for (const route of world.routes) {
      const path = `/api${route.path.replaceAll(/:(\w+)/g, "{$1}")}`;
      expect(body.paths[path]).toHaveProperty(route.method.toLowerCase());
    }
    const create = body.paths["/api/flow_runs/"].post;
    expect(create.requestBody.content["application/json"].schema.required).toEqual(["flow_id"]);
    expect(create.responses[201].content["application/json"].schema.properties).toHaveProperty("state_type");
  });
});

describe("with a password", () => {
  let closed: World;
  beforeAll(async () => {
    closed = await createWorld({ settings: { apiAuthString: "me:secret" } });
  });
  afterAll(() => closed.close());
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });

  test.each([
    ["none", {}, 401],
    ["a wrong one", basic("me:wrong"), 401],
    ["the right one", basic("me:secret"), 200],
    ["the right one as a bearer", { authorization: `Bearer ${btoa("me:secret")}` }, 401],
  ])("a request with %s", async (_, headers, status) => {
    const answer = await send("/api/admin/version", { headers }, closed);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.body).toEqual({ exception_message: "Unauthorized" });
  });

  test("health, preflights and the dashboard's settings are open to all", async () => {
    expect((await send("/api/health", {}, closed)).status).toBe(200);
    expect((await send("/api/flows/", { method: "OPTIONS" }, closed)).status).toBe(204);
    expect((await send("/ui-settings", {}, closed)).body).toMatchObject({ auth: "BASIC" });
  });

  test("the client sends it, and the settings do not expose it", async () => {
    expect(await closed.call(admin.settings, {})).toMatchObject({ apiAuthString: "********" });
    const stranger = createClient({ baseUrl: "http://praetor.test/api", send: closed.fetch });
    await expect(stranger.call(flowRuns.count, {})).rejects.toMatchObject({ code: "unauthorized" });
  });
});
