import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mayHoldWritten, parseExact, plainOf } from "../schema/exact-json.ts";
import { newId } from "../schema/ids.ts";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { connectSocket } from "../testing/socket-client.ts";
import { createWorld, type World } from "../testing/world.ts";

// In Python 1 and 1.0 differ, and integers are unbounded: stored values come back unchanged.

const odd =
  '{"a":1.0,"b":9007199254740993,"c":[-0,1e5,{"d":0.1000}],"e":12345678901234567890.5,"f":"1.0, 2","g":1}';

const describeExact = (title: string, open: () => Promise<World>) =>
  describe(title, () => {
    let world: World;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world?.close());

    async function ask(method: string, path: string, body?: string) {
      const request = new Request(`http://praetor.test/api${path}`, { method, ...(body && { body }) });
      const answer = await world.fetch(request);
      const text = await answer.text();
      return { status: answer.status, text, id: () => String(JSON.parse(text).id) };
    }

    test("parameters, context and job variables of flow runs", async () => {
      const { id } = await world.flow();
      const made = await ask(
        "POST",
        "/flow_runs/",
        `{"flow_id":"${id}","parameters":${odd},"context":${odd},"job_variables":${odd},"empirical_policy":{"retries":1,"retry_delay":2.0}}`,
      );
      expect(made).toMatchObject({ status: 201, text: expect.stringContaining(`"parameters":${odd}`) });
      const read = await ask("GET", `/flow_runs/${made.id()}`);
      for (const key of ["parameters", "context", "job_variables"]) {
        expect(read.text).toContain(`"${key}":${odd}`);
      }
      await ask("PATCH", `/flow_runs/${made.id()}`, '{"parameters":{"x":2.50}}');
      expect((await ask("GET", `/flow_runs/${made.id()}`)).text).toContain('"parameters":{"x":2.50}');
    });

    test("deployments, their schedules, and the runs created from both", async () => {
      const flow = await world.flow();
      const schema = '{"type":"object","properties":{"x":{"type":"number","maximum":2.0}},"required":["x"]}';
      const made = await ask(
        "POST",
        "/deployments/",
        `{"name":"exact","flow_id":"${flow.id}","parameters":{"x":1.0},"job_variables":${odd},` +
          `"parameter_openapi_schema":${schema},"enforce_parameter_schema":true,"pull_steps":[{"s":1.0}],` +
          `"schedules":[{"schedule":{"interval":3600.0},"parameters":{"x":2.0}}]}`,
      );
      expect(made.status).toBe(201);
      const read = await ask("GET", `/deployments/${made.id()}`);
      for (const part of ['"x":1.0', '"x":2.0', '"s":1.0', '"maximum":2.0', `"job_variables":${odd}`]) {
        expect(read.text).toContain(part);
      }
      expect(read.text).toContain('"interval":3600,');
      const run = await ask("POST", `/deployments/${made.id()}/create_flow_run`, "{}");
      expect(run).toMatchObject({ status: 201, text: expect.stringContaining('"parameters":{"x":1.0}') });
      const request = '{"parameters":{"x":{"__prefect_kind":"json","value":"1.50"}}}';
      const other = await ask("POST", `/deployments/${made.id()}/create_flow_run`, request);
      expect(other.text).toContain('"parameters":{"x":1.50}');
      const wrong = await ask(
        "POST",
        `/deployments/${made.id()}/create_flow_run`,
        '{"parameters":{"x":3.0}}',
      );
      expect(wrong).toMatchObject({ status: 409, text: expect.stringContaining("must be <= 2") });
      await ask("POST", `/deployments/${made.id()}/schedule`, "{}");
      const planned = await ask(
        "POST",
        "/flow_runs/filter",
        '{"flow_runs":{"tags":{"all_":["auto-scheduled"]}}}',
      );
      expect(planned.text).toContain('"parameters":{"x":2.0}');
    });

    test.each(["1.0", "9007199254740993", odd])("artifacts, variables and results: %s", async (value) => {
      const artifact = await ask("POST", "/artifacts/", `{"key":"exact","data":${value}}`);
      expect((await ask("GET", `/artifacts/${artifact.id()}`)).text).toContain(`"data":${value},`);
      expect((await ask("POST", "/artifacts/latest/filter", "{}")).text).toContain(`"data":${value},`);
      const name = `exact-${newId()}`;
      const variable = await ask("POST", "/variables/", `{"name":"${name}","value":${value}}`);
      expect((await ask("GET", `/variables/${variable.id()}`)).text).toContain(`"value":${value},`);
      const { id } = await world.flowRun();
      const state = `{"state":{"type":"COMPLETED","data":${value}},"force":true}`;
      expect((await ask("POST", `/flow_runs/${id}/set_state`, state)).status).toBe(201);
      expect((await ask("GET", `/flow_runs/${id}`)).text).toContain(`"data":${value},`);
    });

    test("job templates, and blocks with a secret", async () => {
      const template = '{"job_configuration":{"n":1.0},"variables":{"properties":{"m":{"default":2.0}}}}';
      await ask("POST", "/work_pools/", `{"name":"exact","base_job_template":${template}}`);
      expect((await ask("GET", "/work_pools/exact")).text).toContain(template);
      const type = (await ask("POST", "/block_types/", '{"name":"Exact","slug":"exact"}')).id();
      const fields =
        '{"type":"object","properties":{"n":{"type":"number","default":1.0},"s":{"type":"string"}},"secret_fields":["s"]}';
      const schema = await ask("POST", "/block_schemas/", `{"block_type_id":"${type}","fields":${fields}}`);
      expect((await ask("GET", `/block_schemas/${schema.id()}`)).text).toContain('"default":1.0');
      const data = `{"n":3.0,"s":"hush","o":${odd}}`;
      const input = `{"name":"exact","data":${data},"block_type_id":"${type}","block_schema_id":"${schema.id()}"}`;
      const block = await ask("POST", "/block_documents/", input);
      const read = await ask("GET", `/block_documents/${block.id()}?include_secrets=true`);
      expect(read.text).toContain(`"data":${data}`);
    });

    test("event payloads, over HTTP and sockets", async () => {
      const event = (id: string, occurred: string, payload: string) =>
        `{"id":"${id}","occurred":"${occurred}","event":"exact","resource":{"prefect.resource.id":"exact"},"payload":${payload}}`;
      const task = newId();
      const recorded = `{"id":"${newId()}","occurred":"2026-03-01T12:00:00.000000Z","event":"prefect.task-run.Completed",
        "resource":{"prefect.resource.id":"prefect.task-run.${task}","prefect.orchestration":"client"},"related":[],
        "payload":{"validated_state":{"type":"COMPLETED","data":1.0},"task_run":{"task_key":"k","total_run_time":12.0,"run_count":2.0}}}`;
      const time = "2026-03-01T12:00:00.000000Z";
      await ask("POST", "/events", `[${event(newId(), time, '{"rest":1.0}')},${recorded}]`);
      const server = await world.listen();
      const ear = await connectSocket(`${server.url.replace("http", "ws")}/api/events/in`);
      ear.say(event(newId(), time, '{"frame":2.0}'));
      ear.say(event(newId(), "2026-03-01 12:00:00+00:00", '{"unusual":3.0}'));
      ear.say(`{"type":"events","seq":1,"events":[${event(newId(), time, '{"list":4.0}')}]}`);
      await ear.pong();
      const filter = '{"filter":{"occurred":{"since":"2026-01-01T00:00:00Z"},"event":{"name":["exact"]}}}';
      await expect
        .poll(async () => (await ask("POST", "/events/filter", filter)).text)
        .toSatisfy((text: string) =>
          ['{"rest":1.0}', '{"frame":2.0}', '{"unusual":3.0}', '{"list":4.0}'].every((each) =>
            text.includes(each),
          ),
        );
      const run = await ask("GET", `/task_runs/${task}`);
      expect(JSON.parse(run.text)).toMatchObject({ total_run_time: 12, run_count: 2 });
      expect(run.text).toContain('"data":1.0,');
    });

    test("numeric fields accept any notation", async () => {
      expect(await ask("POST", "/flows/filter", '{"limit":1e1,"offset":-0}')).toMatchObject({ status: 200 });
      const made = await ask(
        "POST",
        "/v2/concurrency_limits/",
        '{"name":"exact","limit":2.0,"slot_decay_per_second":1.50}',
      );
      expect(made).toMatchObject({ status: 201, text: expect.stringContaining('"limit":2,') });
      const wrong = await ask("POST", "/flows/", '{"name":1.0}');
      expect(wrong).toMatchObject({
        status: 422,
        text: expect.stringContaining('"request_body":{"name":1.0}'),
      });
    });

    test("a key that would be lost is refused", async () => {
      const { id } = await world.flow();
      for (const key of ["__proto__", "\\u005f_proto__"]) {
        const body = `{"flow_id":"${id}","parameters":{"deep":[{"${key}":{"polluted":true}}]}}`;
        expect(await ask("POST", "/flow_runs/", body)).toMatchObject({
          status: 422,
          text: expect.stringContaining("expected no key of the name __proto__"),
        });
      }
      const named = `{"flow_id":"${id}","name":"__proto__","parameters":{"a":"__proto__"}}`;
      expect(await ask("POST", "/flow_runs/", named)).toMatchObject({ status: 201 });
    });
  });

describeExact("what is stored comes back as it was, on SQLite", () => createWorld());
await describeOnPostgres("what is stored comes back as it was, on PostgreSQL", (databases) => {
  const open = storesIn(databases);
  describeExact("as on SQLite", () => createWorld({ open }));
});

test("numbers that JavaScript prints unchanged stay numbers", () => {
  const ordinary = '{"a":1,"b":-2.5,"c":1e+21,"d":[0,123456789012345],"e":"at 12:00:00.100, 1.0"}';
  expect(parseExact(ordinary)).toEqual(JSON.parse(ordinary));
  expect(
    mayHoldWritten('{"t":"2026-03-01T12:00:00.100000Z","id":"0191d3c4-7e50-7d3e-9b1e-4e5f6a7b8e10"}'),
  ).toBe(false);
  expect(plainOf(parseExact(odd))).toEqual(JSON.parse(odd));
  for (const one of ["1.0", "-0", "1E5", "9007199254740993", "[1, 2.0]", "[\n2.0\n]", '{"a" : 1.0 }']) {
    expect(JSON.stringify(parseExact(one)).replace(/\s/g, "")).toBe(one.replace(/\s/g, ""));
  }
});
