import { createServer, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { type RunningServer, startServer } from "../start.ts";
import { readTraceparent } from "./trace-context.ts";
import { traceSettings } from "./trace-settings.ts";

interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
  status: { code?: number; message?: string };
}

/** A receiver of traces, like a collector. */
class Receiver {
  readonly spans: ReceivedSpan[] = [];
  readonly requests: { path: string; headers: Record<string, unknown>; body: Record<string, unknown> }[] = [];
  answers: number[] = [];
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const raw = Buffer.concat(parts);
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
      const body = JSON.parse(text.toString("utf8"));
      const status = this.answers.shift() ?? 200;
      this.requests.push({ path: request.url ?? "", headers: request.headers, body });
      if (status === 200) {
        for (const { scopeSpans } of body.resourceSpans)
          for (const { spans } of scopeSpans) this.spans.push(...spans);
      }
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
  async named(name: string, traceId?: string): Promise<ReceivedSpan[]> {
    const found = () =>
      this.spans.filter((span) => span.name === name && (!traceId || span.traceId === traceId));
    await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThan(0);
    return found();
  }
}

const of = ({ attributes }: ReceivedSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

describe("a traced server", () => {
  const receiver = new Receiver();
  let world: World;
  let server: RunningServer;
  beforeAll(async () => {
    const endpoint = await receiver.open();
    world = await createWorld();
    const { store, settings } = world;
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "x-team=flows%20and%20more",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    };
    server = await startServer({ store, settings, environment, version: "1.2.3" });
  });
  afterAll(async () => {
    await server.close();
    await world.close();
    receiver.close();
  });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/api${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers,
    });
    return { status: answer.status, body: await answer.json() };
  };

  test("reports a request as a part of its caller's trace, with its route and not its URL", async () => {
    const { id } = await world.flow();
    await fetch(`${server.url}/api/flows/${id}?secret=1`, {
      headers: { traceparent, "x-request-id": "mine" },
    });
    const [span] = await receiver.named("GET /flows/:id", traceId);
    expect(span).toMatchObject({ traceId, parentSpanId: "b7ad6b7169203331", kind: 2, status: {} });
    expect(span && of(span)).toMatchObject({
      "http.request.method": "GET",
      "http.route": "/flows/:id",
      "http.response.status_code": "200",
      "praetor.request_id": "mine",
    });
    expect(JSON.stringify(receiver.spans)).not.toMatch(new RegExp(`${id}\\?|secret`));
    expect(Number(span?.endTimeUnixNano)).toBeGreaterThan(Number(span?.startTimeUnixNano));
    const [read] = await receiver.named("store flows.read", traceId);
    expect(read?.parentSpanId).toBe(span?.spanId);
    const [sent] = receiver.requests;
    expect(sent).toMatchObject({ path: "/v1/traces", headers: { "x-team": "flows and more" } });
    const [{ resource }] = Object(sent?.body).resourceSpans;
    expect(of(resource)).toEqual({
      "service.name": "praetor",
      "service.version": "1.2.3",
      "deployment.environment": "test",
    });
  });

  test("reports a transition with the deciding rule, linked to the trace of its run", async () => {
    const origin = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
    const run = await world.flowRun({ states: ["COMPLETED"], labels: { __OTEL_TRACEPARENT: origin } });
    const own = traceId.replace("0af", "abc");
    const answer = await post(
      `/flow_runs/${run.id}/set_state`,
      { state: { type: "CANCELLING" } },
      { traceparent: traceparent.replace(traceId, own) },
    );
    expect(answer.body.status).toBe("ABORT");
    const [span] = await receiver.named("transition of a flow run", own);
    expect(span && of(span)).toMatchObject({
      flow_run_id: run.id,
      ...{ from: "COMPLETED", proposed: "CANCELLING", to: "COMPLETED", outcome: "ABORT" },
      rule: answer.body.rule,
    });
    expect(span?.links).toEqual([{ traceId: "1".repeat(32), spanId: "2".repeat(16) }]);
    const [transaction] = await receiver.named("store transaction", own);
    const [request] = await receiver.named("POST /flow_runs/:id/set_state", own);
    expect(transaction?.parentSpanId).toBe(request?.spanId);
  });

  test("gives a deployment run the trace of the request", async () => {
    const { id: flow_id } = await world.flow();
    const { id } = await world.call(deployments.create, { name: "d", flow_id });
    const made = await post(`/deployments/${id}/create_flow_run`, {}, { traceparent });
    const label = String(made.body.labels.__OTEL_TRACEPARENT);
    expect(readTraceparent(label)).toMatchObject({ traceId, isSampled: true });
    await receiver.named("POST /deployments/:id/create_flow_run", traceId);
    expect(receiver.spans.map(({ spanId }) => spanId)).toContain(readTraceparent(label)?.spanId);
    // This request has no trace headers.
    expect((await world.call(deployments.createFlowRun, { id })).labels).not.toHaveProperty(
      "__OTEL_TRACEPARENT",
    );
  });

  test("reports background services when they have done something", async () => {
    const past = new Date(Date.now() - 60_000).toISOString();
    const states = [{ type: "SCHEDULED" as const, state_details: { scheduled_time: past } }];
    const { id } = await world.flowRun({ states });
    const [service] = await receiver.named("service late runs");
    const [transition] = await receiver.named("transition of a flow run", service?.traceId);
    expect(transition && of(transition)).toMatchObject({ flow_run_id: id, outcome: "ACCEPT" });
    expect(receiver.spans.filter(({ name }) => name === "service pauses")).toEqual([]);
    expect(await world.call(flowRuns.read, { id })).toMatchObject({ state_name: "Late" });
  });

  test("omits requests that their caller does not sample, and health checks", async () => {
    const other = traceId.replace("0af", "fff");
    await fetch(`${server.url}/api/hello`, { headers: { traceparent: `00-${other}-b7ad6b7169203331-00` } });
    await fetch(`${server.url}/api/health`);
    await fetch(`${server.url}/api/version`);
    await receiver.named("GET /version");
    expect(receiver.spans.some((span) => span.traceId === other || span.name.includes("health"))).toBe(false);
  });
});

describe("a failing receiver", () => {
  let receiver: Receiver;
  let world: World;
  beforeEach(async () => {
    receiver = new Receiver();
    world = await createWorld({ settings: { logLevel: "silent" } });
  });
  afterEach(async () => {
    await world.close();
    receiver.close();
  });
  const run = async (endpoint: string) => {
    const environment = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "20" };
    return startServer({ store: world.store, settings: world.settings, environment, version: "" });
  };

  test("is retried when it is busy, and gets the rest when the server stops", async () => {
    receiver.answers = [503];
    const server = await run(`${await receiver.open()}/own`);
    await fetch(`${server.url}/api/hello`);
    await receiver.named("GET /hello");
    expect(receiver.requests.map(({ path }) => path)).toEqual(["/own", "/own"]);
    await fetch(`${server.url}/api/version`);
    await server.close();
    expect(receiver.spans.map(({ name }) => name)).toContain("GET /version");
  });

  test("does not affect the server when it is unreachable", async () => {
    const server = await run("http://127.0.0.1:9/v1/traces");
    expect((await fetch(`${server.url}/api/hello`)).status).toBe(200);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe("the variables of OpenTelemetry", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };

  test.each([
    ["nothing said", {}, undefined],
    ["an endpoint", endpoint, { url: "http://collector:4318/v1/traces", ratio: 1, followsParent: true }],
    ["switched off", { ...endpoint, OTEL_SDK_DISABLED: "true" }, undefined],
    ["no exporter of traces", { ...endpoint, OTEL_TRACES_EXPORTER: "none" }, undefined],
    [
      "a tenth",
      { ...endpoint, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
      { ratio: 0.1, followsParent: false },
    ],
    [
      "only what callers want",
      { ...endpoint, OTEL_TRACES_SAMPLER: "parentbased_always_off" },
      { ratio: 0, followsParent: true },
    ],
    ["a name", { ...endpoint, OTEL_SERVICE_NAME: "flows" }, { resource: { "service.name": "flows" } }],
  ])("%s", (_, environment, expected) => {
    const settings = traceSettings(environment);
    if (expected === undefined) expect(settings).toBeUndefined();
    else expect(settings).toMatchObject(expected);
  });

  test("are refused when invalid", () => {
    expect(() => traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector" })).toThrow(/expected a URL/);
    expect(() => traceSettings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toThrow(/over HTTP/);
  });

  test.each([
    [traceparent, true],
    [`  ${traceparent.toUpperCase()} `, true],
    [`01-${traceId}-b7ad6b7169203331-01-more`, true],
    [`00-${traceId}-b7ad6b7169203331-01-more`, false],
    [`ff-${traceId}-b7ad6b7169203331-01`, false],
    [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, false],
    ["00-1-2-01", false],
    ["", false],
  ])("the header '%s' is read: %s", (text, isRead) => {
    expect(readTraceparent(text) !== undefined).toBe(isRead);
  });
});
