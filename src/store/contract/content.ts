import { expect, test } from "vitest";
import { Artifact, artifacts } from "../../schema/artifacts.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { Log, logs } from "../../schema/logs.ts";
import { Variable, variables } from "../../schema/variables.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow, makeRun } from "../../testing/store-writer.ts";

const unknown = "00000000-0000-4000-8000-000000000000";

export function logContract(open: OpenStore): void {
  const fixture = freshStore(open);
  const write = async (...entries: [ms: number, level: number, message: string, flowRunId?: string][]) => {
    const input = entries.map(([ms, level, message, flow_run_id]) => ({
      ...{ name: "praetor.flow_runs", level, message, timestamp: fixture.clock.time(ms), flow_run_id },
    }));
    await fixture.store.logs.create(logs.create.input.parse({ logs: input }).logs);
  };
  const messages = async (filter: object, more: object = {}) =>
    (await fixture.store.logs.filter(logs.filter.input.parse({ logs: filter, ...more }))).map(
      (log) => log.message,
    );

  test("logs are filtered by level, time, run and words", async () => {
    const runId = (await makeRun(fixture, await makeFlow(fixture))).id;
    await write([0, 20, "Loading Berlin", runId], [1, 40, "Berlin failed 100%", runId], [2, 30, "other"]);
    expect(await messages({})).toEqual(["Loading Berlin", "Berlin failed 100%", "other"]);
    expect(await messages({ level: { ge_: 30 } })).toEqual(["Berlin failed 100%", "other"]);
    expect(await messages({ level: { le_: 20 } })).toEqual(["Loading Berlin"]);
    expect(await messages({ flow_run_id: { any_: [runId] } }, { sort: "TIMESTAMP_DESC" })).toEqual([
      "Berlin failed 100%",
      "Loading Berlin",
    ]);
    expect(await messages({ timestamp: { after_: fixture.clock.time(1) } }, { limit: 1 })).toEqual([
      "Berlin failed 100%",
    ]);
    expect(await messages({ task_run_id: { is_null_: true } }, { offset: 2 })).toEqual(["other"]);
    expect(await messages({ name: { any_: ["praetor.flow_runs"] } }, { limit: 1 })).toEqual([
      "Loading Berlin",
    ]);
    const both = logs.hidden.input.parse({
      flow_run_ids: [runId],
      filters: [{ level: { ge_: 40 } }, { text: { query: "loading" } }],
    });
    expect(await fixture.store.logs.hidden(both)).toEqual({ total: 2, shown: 0, hidden: [1, 1] });
    expect(await fixture.store.logs.writers({ flow_run_ids: [runId] })).toEqual({
      ...{ loggers: [{ name: "praetor.flow_runs", count: 2 }], tasks: [] },
    });
    expect(await messages({ text: { query: "berlin -failed" } })).toEqual(["Loading Berlin"]);
    expect(await messages({ text: { query: '"failed 100%" other' } })).toEqual([
      "Berlin failed 100%",
      "other",
    ]);
  });

  test("logs of the same moment keep their order of arrival, and a download streams them all", async () => {
    const runId = (await makeRun(fixture, await makeFlow(fixture))).id;
    const lines = Array.from({ length: 2100 }, (_, n) => `line ${n}`);
    await write(...lines.map((line): [number, number, string, string] => [0, 20, line, runId]));
    const streamed: Log[] = [];
    for await (const portion of fixture.store.logs.stream(runId)) streamed.push(...portion);
    expect(streamed.map((log) => log.message)).toEqual(lines);
    expect(Log.parse(streamed[0])).toEqual(streamed[0]);
  });

  test("new logs are published to subscribers of their run", async () => {
    const runId = (await makeRun(fixture, await makeFlow(fixture))).id;
    const { changes } = recordChanges(fixture.store, (noun) => noun === "logs");
    await write([0, 20, "hello", runId]);
    await eventually(() => changes.length).toBe(1);
    expect(changes[0]).toMatchObject({ kind: "created", flow_run_id: runId, row: { message: "hello" } });
  });
}

export function artifactContract(open: OpenStore): void {
  const fixture = freshStore(open);
  const create = (input: object) => fixture.store.artifacts.create(artifacts.create.input.parse(input));

  test("the newest artifact of a key is the latest, until it is deleted", async () => {
    const { store, clock } = fixture;
    const first = await create({ key: "report", type: "markdown", data: "# one" });
    clock.advance(1000);
    const second = await create({ key: "report", type: "markdown", data: "# two", metadata_: { a: "b" } });
    expect(await store.artifacts.readLatest("report")).toEqual(second);
    expect(Artifact.parse(second)).toEqual(second);
    const latest = async () => store.artifacts.filterLatest(artifacts.filterLatest.input.parse({}));
    expect(await latest()).toMatchObject([{ key: "report", latest_id: second.id, data: "# two" }]);
    expect(await store.artifacts.countLatest({})).toBe(1);
    expect(await store.artifacts.delete(second.id)).toBe(true);
    expect(await latest()).toMatchObject([{ latest_id: first.id, data: "# one" }]);
    expect(await store.artifacts.delete(first.id)).toBe(true);
    expect(await latest()).toEqual([]);
    expect(await store.artifacts.readLatest("report")).toBeUndefined();
  });

  test("artifacts are filtered by key, type and run, and updated in part", async () => {
    const { store } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture), { name: "mine" });
    const progress = await create({ type: "progress", data: 0.5, flow_run_id: run.id, description: "half" });
    await create({ key: "table-1", type: "table", data: "[]" });
    const types = async (input: object) =>
      (await store.artifacts.filter(artifacts.filter.input.parse(input))).map((artifact) => artifact.type);
    expect(await types({ artifacts: { key: { exists_: true } } })).toEqual(["table"]);
    expect(await types({ artifacts: { type: { not_any_: ["table"] } } })).toEqual(["progress"]);
    expect(await types({ artifacts: { key: { like_: "TABLE" } } })).toEqual(["table"]);
    expect(await types({ flow_runs: { name: { any_: ["mine"] } } })).toEqual(["progress"]);
    expect(await types({ flows: { name: { any_: ["none"] } } })).toEqual([]);
    expect(await store.artifacts.count({})).toBe(2);
    expect(await store.artifacts.update({ id: progress.id, data: 0.75 })).toBe(true);
    expect(await store.artifacts.read(progress.id)).toMatchObject({ data: 0.75, description: "half" });
    expect(await store.artifacts.update({ id: unknown, data: 1 })).toBe(false);
  });
}

export function variableContract(open: OpenStore): void {
  const fixture = freshStore(open);
  variableTests(fixture);
  inputTests(fixture);
}

function variableTests(fixture: Fixture): void {
  test("variables hold any JSON, are unique by name and found by name and tag", async () => {
    const { store } = fixture;
    const create = (input: object) => store.variables.create(variables.create.input.parse(input));
    const one = await create({ name: "one", value: { deep: [1, null] }, tags: ["x"] });
    await create({ name: "two", value: null });
    expect(Variable.parse(one)).toEqual(one);
    await expect(create({ name: "one", value: 1 })).rejects.toMatchObject({
      code: "conflict",
      message: "A variable with the name 'one' already exists.",
    });
    expect(await store.variables.readByName("one")).toEqual(one);
    const names = async (filter: object) =>
      (await store.variables.filter(variables.filter.input.parse({ variables: filter }))).map(
        (row) => row.name,
      );
    expect(await names({})).toEqual(["one", "two"]);
    expect(await names({ tags: { all_: ["x"] } })).toEqual(["one"]);
    expect(await names({ name: { like_: "W" } })).toEqual(["two"]);
    expect(await names({ value: { like_: "[1,n" } })).toEqual(["one"]);
    expect(await store.variables.count({})).toBe(2);
  });

  test("a variable is changed and renamed, but not to a taken name", async () => {
    const { store } = fixture;
    const create = (name: string) => store.variables.create(variables.create.input.parse({ name, value: 1 }));
    const one = await create("one");
    await create("two");
    expect(await store.variables.update({ id: one.id, value: [2] })).toBe(true);
    expect(await store.variables.updateByName({ current: "one", name: "uno", tags: ["t"] })).toBe(true);
    expect(await store.variables.read(one.id)).toMatchObject({ name: "uno", value: [2], tags: ["t"] });
    const renaming = store.variables.update({ id: one.id, name: "two" });
    await expect(renaming).rejects.toMatchObject({ code: "conflict" });
    expect(await store.variables.deleteByName("uno")).toBe(true);
    expect(await store.variables.delete(one.id)).toBe(false);
    const { events } = await store.events.filter(null, { limit: 10 });
    const renamed = events.find(
      (event) => event.event === "prefect.variable.updated" && event.payload.updates,
    );
    expect(renamed?.resource["prefect.resource.id"]).toBe(`prefect.variable.${one.id}`);
  });
}

function inputTests(fixture: Fixture): void {
  test("inputs of a run are kept by key and read by prefix, oldest first", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture));
    const create = (key: string) => {
      clock.advance(1);
      return store.flowRunInputs.create({ id: run.id, key, value: `"${key}"`, sender: null });
    };
    expect([await create("b-1"), await create("a-1"), await create("b-2"), await create("b-1")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    const filter = (input: object) =>
      store.flowRunInputs.filter(flowRuns.filterInput.input.parse({ id: run.id, ...input }));
    expect((await filter({ prefix: "b", limit: 9 })).map((input) => input.key)).toEqual(["b-1", "b-2"]);
    expect((await filter({ prefix: "b", exclude_keys: ["b-1"] })).map((input) => input.key)).toEqual(["b-2"]);
    expect((await store.flowRunInputs.read(run.id, "a-1"))?.value).toBe('"a-1"');
    expect(await store.flowRunInputs.delete(run.id, "a-1")).toBe(true);
    expect(await store.flowRunInputs.delete(run.id, "a-1")).toBe(false);
    const stray = store.flowRunInputs.create({ id: unknown, key: "k", value: "1", sender: null });
    await expect(stray).rejects.toMatchObject({ code: "not-found" });
  });
}
