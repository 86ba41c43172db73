import { expect, test } from "vitest";
import { EventCreate, EventFilter, events } from "../schema/events.ts";
import { graphs } from "../schema/graphs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { newId } from "../store/rows.ts";
import { type Fixture, freshStore, type OpenStore, sharedStore } from "./store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "./store-writer.ts";

const occurred = (n: number) => `2026-03-01T11:5${n}:00.000000Z`;
const made = (n: number, event: string, id: string, more: object = {}) =>
  EventCreate.parse({
    id: newId(Date.parse(occurred(n))),
    occurred: occurred(n),
    event,
    resource: {
      "prefect.resource.id": id,
      "prefect.resource.name": `name-${n}`,
      env: n < 2 ? "prod-eu" : "test",
    },
    ...more,
  });
const aboutRun = {
  related: [{ "prefect.resource.id": "run.1", "prefect.resource.role": "flow-run", region: "eu" }],
};
const four = [
  made(0, "sale.made", "shop.berlin", aboutRun),
  made(1, "sale.refunded", "shop.paris", { payload: { reason: "Too Small" } }),
  made(2, "stock.low", "shop.berlin", aboutRun),
  made(3, "run.done", "run.1"),
];

const table: [string, object, number[]][] = [
  ["no filter", {}, [3, 2, 1, 0]],
  ["ascending", { order: "ASC" }, [0, 1, 2, 3]],
  [
    "empty lists and nulls constrain nothing",
    { id: { id: [] }, resource: null, event: { name: [] } },
    [3, 2, 1, 0],
  ],
  ["since and until, inclusive", { occurred: { since: occurred(1), until: occurred(2) } }, [2, 1]],
  ["name prefix", { event: { prefix: ["sale."] } }, [1, 0]],
  ["excluded prefix", { event: { exclude_prefix: ["sale.", "run."] } }, [2]],
  ["names", { event: { name: ["stock.low", "run.done"] } }, [3, 2]],
  ["excluded names", { event: { exclude_name: ["stock.low"] } }, [3, 1, 0]],
  ["ids", { id: { id: [four[1]?.id] } }, [1]],
  ["resource id", { resource: { id: ["shop.berlin"] } }, [2, 0]],
  ["resource id prefix", { resource: { id_prefix: ["shop."] } }, [2, 1, 0]],
  ["the newest of each resource", { resource: { id_prefix: ["shop."], distinct: true } }, [2, 1]],
  ["resource label", { resource: { labels: { env: "test" } } }, [3, 2]],
  ["label glob", { resource: { labels: { env: "prod-*" } } }, [1, 0]],
  ["negated label", { resource: { labels: { env: ["!prod-*"] } } }, [3, 2]],
  ["label that is not there", { resource: { labels: { nope: "x" } } }, []],
  ["related id", { related: { id: ["run.1"] } }, [2, 0]],
  ["related role", { related: { role: ["flow-run"] } }, [2, 0]],
  ["related id in role", { related: { resources_in_roles: [["run.1", "flow"]] } }, []],
  ["related label", { related: [{ id: ["run.1"], labels: { region: "e?" } }] }, [2, 0]],
  ["every element of a list", { related: [{ id: ["run.1"] }, { id: ["run.2"] }] }, []],
  ["any resource", { any_resource: { id: ["run.1"] } }, [3, 2, 0]],
  ["any resource by prefix", { any_resource: { id_prefix: ["run."] } }, [3, 2, 0]],
  ["any resource by label", { any_resource: { labels: { region: "eu" } } }, [2, 0]],
  ["a word of the text", { text: { query: "SMALL" } }, [1]],
  ["alternatives", { text: { query: "small stock" } }, [2, 1]],
  ["a word that must be there and one that must not", { text: { query: "+berlin -stock" } }, [0]],
  ["a phrase", { text: { query: '"too small"' } }, [1]],
];

export function eventContract(open: OpenStore): void {
  const fixture = sharedStore(open, ({ store }) => store.ingest(four));

  test.each(table)("%s", async (_, filter, expected) => {
    const page = await fixture.store.events.filter(EventFilter.parse(filter), { limit: 50 });
    expect(page.events.map((event) => four.findIndex((one) => one.id === event.id))).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });

  test("pages count all that match", async () => {
    const page = await fixture.store.events.filter(null, { limit: 2, offset: 1 });
    expect(page.total).toBe(4);
    expect(page.events.map((event) => event.event)).toEqual(["stock.low", "sale.refunded"]);
  });

  test("counts by time fill every bucket, by event and by resource the most frequent first", async () => {
    const { store } = fixture;
    const count = (input: object) => store.events.countBy(events.countBy.input.parse(input));
    const window = { occurred: { since: occurred(0), until: occurred(3) } };
    const buckets = await count({ countable: "time", filter: window, time_unit: "minute", time_interval: 2 });
    expect(buckets.map((bucket) => [bucket.value, bucket.label, bucket.count])).toEqual([
      ["0", "2026-03-01T11:50:00.000000+00:00", 2],
      ["1", "2026-03-01T11:52:00.000000+00:00", 2],
    ]);
    expect(buckets[0]?.end_time).toBe("2026-03-01T11:51:59.999999Z");
    expect(await count({ countable: "day", filter: {} })).toHaveLength(181);
    expect((await count({ countable: "resource", filter: {} }))[0]).toMatchObject({
      value: "shop.berlin",
      count: 2,
      start_time: occurred(0),
      end_time: occurred(2),
    });
    expect(await count({ countable: "event", filter: { event: { prefix: ["sale."] } } })).toHaveLength(2);
    const tooMany = count({ countable: "time", filter: {}, time_unit: "minute" });
    await expect(tooMany).rejects.toMatchObject({ code: "invalid" });
  });
}

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const from = (...ids: number[]) => ids.map((n) => ({ input_type: "task_run", id: id(n) }));

/** 1 -> 2, 3 called inside 2, and 4, which stands for a flow run that waits for 2. */
async function world(fixture: Fixture) {
  const { store, clock } = fixture;
  const flow = await makeFlow(fixture);
  const run = await makeRun(fixture, flow, {}, stateOf(clock, "RUNNING"));
  const event = (n: number, type: "RUNNING" | "COMPLETED", ms: number, task_inputs: object = {}) =>
    taskEvent({
      ...{ taskRunId: id(n), flowRunId: run.id, type, occurred: clock.time(ms), name: `t-${n}` },
      run: { task_inputs, start_time: clock.time(n) },
    });
  await store.ingest([
    event(1, "RUNNING", 1),
    event(1, "COMPLETED", 5),
    event(2, "RUNNING", 6, { x: from(1), wait_for: from(1), y: from(99) }),
    event(3, "RUNNING", 7, { __parents__: from(2) }),
  ]);
  const input = {
    id: id(4),
    flow_run_id: run.id,
    task_key: "child",
    dynamic_key: "0",
    task_inputs: { x: from(2) },
  };
  await store.taskRuns.create(taskRuns.create.input.parse(input));
  await store.transaction(async (tx) => {
    const task = await tx.taskRuns.lock(id(4));
    if (task)
      await tx.taskRuns.writeState(task, { expected_start_time: clock.time(8) }, stateOf(clock, "PENDING"));
  });
  const child = await makeRun(
    fixture,
    flow,
    { parent_task_run_id: id(4), name: "kid" },
    stateOf(clock, "RUNNING", { timestamp: clock.time(9) }),
  );
  await store.artifacts.create({
    ...{ key: "k", type: "progress", description: null, data: 0.5, metadata_: null },
    ...{ flow_run_id: run.id, task_run_id: id(1) },
  });
  return { run, child, flow };
}

export function graphContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("graph-v2 links task runs, shows child runs in their place and keeps callers apart", async () => {
    const { run, child, flow } = await world(fixture);
    const graph = await fixture.store.graphs.read({ id: run.id });
    expect(graphs.read.output.parse(graph)).toEqual(graph);
    const nodes = Object.fromEntries(graph?.nodes ?? []);
    expect(graph?.nodes.map(([key]) => key)).toEqual([id(1), id(2), id(3), child.id]);
    expect(graph?.root_node_ids).toEqual([id(1), id(3)]);
    expect(nodes[id(1)]).toMatchObject({ children: [{ id: id(2) }], artifacts: [{ key: "k", data: 0.5 }] });
    expect(nodes[id(2)]).toMatchObject({ parents: [{ id: id(1) }], children: [{ id: child.id }] });
    expect(nodes[id(3)]).toMatchObject({ parents: [], encapsulating: [{ id: id(2) }] });
    expect(nodes[child.id]).toMatchObject({
      kind: "flow-run",
      label: `${flow.name} / kid`,
      parents: [{ id: id(2) }],
    });
    expect(graph?.states.map((state) => state.type)).toEqual(["RUNNING"]);
    const later = await fixture.store.graphs.read({ id: run.id, since: fixture.clock.time(6) });
    expect(later?.nodes.map(([key]) => key)).toEqual([id(2), id(3), child.id]);
    expect(await fixture.store.graphs.read({ id: id(77) })).toBeUndefined();
  });

  test("our own graph gives edges by place and the segments of every task run", async () => {
    const { run, child, flow } = await world(fixture);
    const graph = await fixture.store.graphs.readFull(run.id);
    expect(graphs.readFull.output.parse(graph)).toEqual(graph);
    expect(graph).toMatchObject({ flow_run_id: run.id, flow_name: flow.name, seq: fixture.store.seq() });
    const at = (ms: number) => fixture.clock.now() + ms;
    expect(graph?.nodes).toMatchObject([
      {
        id: id(1),
        parents: [],
        within: -1,
        segments: [
          ["RUNNING", "Running", at(1)],
          ["COMPLETED", "Completed", at(5)],
        ],
      },
      { id: id(2), parents: [0], within: -1, start: at(2), end: null, state_type: "RUNNING" },
      { id: id(3), parents: [], within: 1 },
      {
        kind: "flow-run",
        id: child.id,
        task_run_id: id(4),
        parents: [1],
        segments: [["RUNNING", "Running", at(9)]],
      },
    ]);
    expect(await fixture.store.graphs.readFull(id(77))).toBeUndefined();
  });
}
