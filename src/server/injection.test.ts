import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { Worker } from "node:worker_threads";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { artifacts } from "../schema/artifacts.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { deployments } from "../schema/deployments.ts";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { logs } from "../schema/logs.ts";
import { Settings } from "../schema/settings.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { variables } from "../schema/variables.ts";
import { workPools } from "../schema/work-pools.ts";
import { StepReceiver } from "../store/engine/sent-steps.ts";
import { openStore } from "../store/store.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createApp } from "./app.ts";

let world: World;
const statements: string[] = [];
beforeAll(async () => {
  // Collected from the first message on: later messages refer to statements by number.
  const receivers = new WeakMap<Worker, StepReceiver>();
  const send = Worker.prototype.postMessage;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, input, ...more) {
    const receiver = receivers.get(this) ?? new StepReceiver();
    receivers.set(this, receiver);
    for (const request of Array.isArray(input) ? receiver.received(input) : []) {
      const steps = request.kind === "steps" ? request.steps : request.kind === "list" ? [request.step] : [];
      // Other messages are events, whose statement the writer holds.
      for (const step of steps) if ("sql" in step) statements.push(step.sql);
    }
    return send.call(this, input, ...more);
  });
  world = await createWorld({ settings: { logLevel: "silent" } });
});
afterAll(async () => {
  await world.close();
  vi.restoreAllMocks();
});

/** Terminates a string, an identifier and a statement, and is traceable wherever it appears. */
const word = `zq'"\`;--/*canary`;

describe("no text of a request becomes part of a statement", () => {
  const text = { like_: word };
  const any = { any_: [word] };
  const event = {
    event: { prefix: [word], name: [word], exclude_name: [word] },
    resource: { id_prefix: [word], labels: { [word]: [word, `*${word}?`, `!${word}`] } },
    related: [{ role: [word], labels: { [word]: word } }],
    text: { query: `"${word}" -${word} +${word}` },
  };
  test.each<[string, () => Promise<unknown>]>([
    [
      "flows",
      () =>
        world.call(flows.create, {
          name: word.replace("/", ""),
          tags: [word],
          labels: { [word]: word },
        }),
    ],
    ["flow filters", () => world.call(flows.filter, { flows: { name: text, tags: { all_: [word] } } })],
    [
      "run filters",
      () =>
        world.call(flowRuns.filter, {
          flow_runs: { name: { ...text, ...any }, tags: { any_: [word] }, state: { name: any } },
          deployments: { name: text },
          work_pools: { name: any },
        }),
    ],
    ["run names", () => world.flowRun({ name: word, tags: [word], parameters: { [word]: word } })],
    [
      "task filters",
      () => world.call(taskRuns.filter, { task_runs: { name: text, tags: { all_: [word] } } }),
    ],
    ["task events", () => world.taskRun({ name: word, key: word, tags: [word] })],
    ["events", () => world.call(events.filter, { filter: event })],
    ["event counts", () => world.call(events.countBy, { countable: "event", filter: event })],
    ["logs", () => world.call(logs.filter, { logs: { text: { query: word } } })],
    ["artifacts", () => world.call(artifacts.create, { key: "k", type: word, data: { [word]: word } })],
    ["artifact filters", () => world.call(artifacts.filter, { artifacts: { key: text, type: any } })],
    ["variables", () => world.call(variables.create, { name: "v", value: { [word]: word }, tags: [word] })],
    [
      "variable filters",
      () => world.call(variables.filter, { variables: { name: text, tags: { all_: [word] } } }),
    ],
    [
      "pools",
      () => world.call(workPools.create, { name: word.replace("/", ""), description: word, type: word }),
    ],
    ["limits", () => world.call(concurrencyLimits.create, { name: "l", limit: 1 })],
    [
      "deployments",
      async () => {
        const { id: flow_id } = await world.flow();
        return world.call(deployments.create, {
          name: "d",
          flow_id,
          tags: [word],
          parameters: { [word]: word },
        });
      },
    ],
  ])("%s", async (_, ask) => {
    statements.length = 0;
    await ask().catch(() => undefined);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((sql) => sql.includes("canary"))).toEqual([]);
  });

  test("raw SQL is constant, never concatenated", () => {
    const folders = ["../store", "../server"].map((folder) => join(import.meta.dirname, folder));
    const raw = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file))
        .flatMap((file) =>
          [...readFileSync(join(folder, file), "utf8").matchAll(/sql\.raw\(\s*([^\s])/g)]
            .filter(([, first]) => first !== '"')
            .map(() => file),
        ),
    );
    // Their columns and conditions are constants of the code, and tests of the store read them all.
    const fromLists = ["run-rows.ts", "task-run-withdrawal.ts"];
    expect(raw.filter((file) => !fromLists.includes(basename(file)))).toEqual([]);
  });
});

const send = (path: string, body: string, headers: Record<string, string> = {}) =>
  world.fetch(new Request(`http://praetor.test/api${path}`, { method: "POST", body, headers }));

describe("names of built-in object properties", () => {
  test("are ordinary keys without side effects", async () => {
    const value = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const answer = await send(
      "/variables/",
      `{"name":"own","value":${value},"__proto__":{"tags":["polluted"]}}`,
    );
    expect([201, 422]).toContain(answer.status);
    await send("/flows/", `{"name":"own","labels":${'{"__proto__":"polluted","a":"b"}'}}`);
    await send("/flow_runs/filter", `{"flow_runs":{"__proto__":{"any_":[]},"constructor":{}}}`);
    await send(
      "/events",
      `[{"event":"e","occurred":"2026-01-01T00:00:00Z","resource":{"prefect.resource.id":"a","__proto__":"b"},"payload":${value},"id":"${crypto.randomUUID()}"}]`,
    );
    expect(Object({}).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("expensive patterns and texts", () => {
  const within = async (ms: number, ask: () => Promise<unknown>) => {
    const began = performance.now();
    await ask().catch(() => undefined);
    expect(performance.now() - began).toBeLessThan(ms);
  };
  const long = "a".repeat(4000);

  test.each<[string, string, unknown]>([
    ["like_ with many wildcards", "/flow_runs/filter", { flow_runs: { name: { like_: "%_".repeat(500) } } }],
    ["globs of labels", "/events/filter", { filter: { resource: { labels: { a: `${"*a".repeat(40)}b` } } } }],
    ["words of a text", "/events/filter", { filter: { text: { query: '"'.repeat(199) } } }],
    ["a long name", "/flows/filter", { flows: { name: { like_: long } } }],
  ])("%s", async (_, path, body) => {
    const resource = { "prefect.resource.id": "slow", a: long.slice(0, 1000) };
    const reported = {
      event: long.slice(0, 1000),
      occurred: new Date().toISOString(),
      resource,
      id: crypto.randomUUID(),
    };
    await send("/events", JSON.stringify([reported]));
    await world.flowRun({ name: long.slice(0, 1000) });
    await within(5000, () => send(path, JSON.stringify(body)));
  });

  test("a body of ten thousand filters or ids is answered", async () => {
    const ids = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const many = { flow_runs: { id: { any_: ids }, name: { any_: ids } } };
    await within(10_000, async () => {
      const answer = await send("/flow_runs/filter", JSON.stringify(many));
      expect(answer.status).toBeLessThan(500);
    });
  });
});

describe("text in headers and log lines", () => {
  test("the name of a download contains only ASCII letters", async () => {
    const { id } = await world.flowRun({ name: 'a"; evil="\r\nset-cookie: b=1é/../../x' });
    const answer = await world.fetch(new Request(`http://praetor.test/api/flow_runs/${id}/logs/download`));
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.~%-]+$/,
    );
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  test("a request cannot inject a line into the log", async () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const store = await openStore({ path: ":memory:" });
    const settings = Settings.parse({ home: "/nowhere" });
    const app = createApp({ store, settings, log: pino({ level: "debug" }, stream), version: "0" });
    const forged = '\n{"level":50,"msg":"forged"}';
    const path = `/api/flows/name/${encodeURIComponent(forged)}`;
    await app.fetch(
      new Request(`http://praetor.test${path}`, { headers: { "user-agent": "x", "x-request-id": "a b" } }),
    );
    await store.close();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).not.toMatchObject({ msg: "forged" });
    expect(lines.join("").split("\n").filter(Boolean)).toHaveLength(lines.length);
  });
});
