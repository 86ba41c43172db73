import { describe, expect, test } from "vitest";
import { graphs } from "../../schema/graphs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const from = (...ids: number[]) => ids.map((n) => ({ input_type: "task_run", id: id(n) }));

/** 1 -> 2, 3 called inside 2, and 4, which represents a flow run that waits for 2. */
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
  describe("in one piece", () => wholeGraphs(open));
  describe("in parts", () => graphParts(open));
  describe("by groups", () => graphGroups(open));
  describe("by pages", () => graphPages(open));
  describe("counted by task", () => taskCounts(open));
}

function taskCounts(open: OpenStore): void {
  const fixture = freshStore(open);

  test("task runs are counted by run, task and state, child runs replacing their task runs", async () => {
    const { run, child } = await world(fixture);
    const { counted, left_out } = await fixture.store.graphs.countTasks({ ids: [run.id], most: 100 });
    const rows = counted.toSorted((a, b) =>
      `${a.task_key} ${a.state_type}` < `${b.task_key} ${b.state_type}` ? -1 : 1,
    );
    expect(rows).toMatchObject([
      { flow_run_id: run.id, task_key: "child", state_type: "RUNNING", count: 1, task_run_id: id(4) },
      { task_key: "load", state_type: "COMPLETED", count: 1, task_run_id: id(1), first_name: "t-1" },
      { task_key: "load", state_type: "RUNNING", count: 2, first_name: "t-2", last_name: "t-3" },
    ]);
    expect(left_out).toEqual([]);
    // The newest run is returned even beyond the bound.
    const cut = await fixture.store.graphs.countTasks({ ids: [run.id, child.id], most: 3 });
    expect(cut.left_out).toEqual([child.id]);
    expect(cut.counted).toHaveLength(3);
    expect(await fixture.store.graphs.countStates(run.id)).toEqual([
      { state_type: "COMPLETED", state_name: "Completed", count: 1 },
      { state_type: "RUNNING", state_name: "Running", count: 3 },
    ]);
    expect(await fixture.store.graphs.countStates(child.id)).toEqual([]);
  });
}

function wholeGraphs(open: OpenStore): void {
  const fixture = freshStore(open);

  test("graph-v2 links task runs, replaces them by child runs and separates callers", async () => {
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
}

function graphParts(open: OpenStore): void {
  const fixture = freshStore(open);
  const page = (input: object) => fixture.store.graphs.readPage(graphs.readPage.input.parse(input));

  test("our own graph returns edges and the segments of every task run", async () => {
    const { run, child, flow } = await world(fixture);
    const graph = await page({ id: run.id });
    expect(graphs.readPage.output.parse(graph)).toEqual(graph);
    expect(graph).toMatchObject({
      ...{ flow_run_id: run.id, flow_name: flow.name, seq: fixture.store.seq(), count: 4, next: null },
      segments: [["RUNNING", "Running", fixture.clock.now()]],
    });
    const at = (ms: number) => fixture.clock.now() + ms;
    expect(graph?.nodes).toMatchObject([
      {
        kind: "flow-run",
        id: child.id,
        task_run_id: id(4),
        parents: [id(2)],
        segments: [["RUNNING", "Running", at(9)]],
      },
      {
        id: id(1),
        parents: [],
        within: null,
        segments: [
          ["RUNNING", "Running", at(1)],
          ["COMPLETED", "Completed", at(5)],
        ],
      },
      { id: id(2), parents: [id(1), id(99)], within: null, start: at(2), end: null, state_type: "RUNNING" },
      { id: id(3), parents: [], within: id(2) },
    ]);
    expect(await page({ id: id(77) })).toBeUndefined();
  });

  test("our own graph is paged without gaps, also without the states", async () => {
    const { run, child } = await world(fixture);
    const parts: string[][] = [];
    let after: string | undefined;
    do {
      const part = await page({ id: run.id, limit: "3", brief: "true", after });
      expect(part).toMatchObject({ count: 4 });
      expect(part?.nodes.every(({ segments }) => segments.length === 0)).toBe(true);
      parts.push(part?.nodes.map((node) => node.id) ?? []);
      after = part?.next ?? undefined;
    } while (after !== undefined);
    expect(parts).toEqual([[child.id, id(1), id(2)], [id(3)]]);
    await expect(page({ id: run.id, after: '["a"]' })).rejects.toMatchObject({ code: "invalid" });
    expect(graphs.readPage.input.safeParse({ id: run.id, limit: 5001 }).success).toBe(false);
  });

  test("a graph read inside a transaction contains its writes", async () => {
    const { run } = await world(fixture);
    const count = await fixture.store.transaction(async (tx) => {
      await tx.taskRuns.delete(id(3));
      return (await tx.graphs.readPage(graphs.readPage.input.parse({ id: run.id })))?.count;
    });
    expect(count).toBe(3);
  });
}

function graphGroups(open: OpenStore): void {
  const fixture = freshStore(open);

  test("task runs of one key form a group, with edges between groups", async () => {
    const { run } = await world(fixture);
    const groups = await fixture.store.graphs.groups(run.id);
    expect(graphs.groups.output.parse(groups)).toEqual(groups);
    const at = (ms: number) => fixture.clock.now() + ms;
    expect(groups).toMatchObject({
      ...{ flow_run_id: run.id, count: 4, seq: fixture.store.seq() },
      groups: [
        {
          task_key: "load",
          name: "t",
          count: 3,
          states: { COMPLETED: 1, RUNNING: 2 },
          start: at(1),
          end: null,
        },
        { task_key: "child", count: 1, states: { RUNNING: 1 }, end: null },
      ],
    });
    expect(groups.edges.toSorted((a, b) => a.to - b.to)).toEqual([
      { from: 0, to: 0, count: 1 },
      { from: 0, to: 1, count: 1 },
    ]);
  });

  test("a finished group has an end", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture));
    const ended = (n: number) =>
      taskEvent({
        taskRunId: id(n),
        flowRunId: run.id,
        type: "COMPLETED",
        occurred: clock.time(n),
        key: "a",
        name: "a-17",
      });
    await store.ingest([ended(1), ended(2)]);
    expect((await store.graphs.groups(run.id)).groups).toMatchObject([
      { name: "a-17", start: clock.now() + 1, end: clock.now() + 2 },
    ]);
  });
}

function graphPages(open: OpenStore): void {
  const fixture = freshStore(open);
  const nodes = (input: object) => fixture.store.graphs.nodes(graphs.nodes.input.parse(input));

  test("nodes are paged without gaps, of one group or of all, in the requested states", async () => {
    const { run, child } = await world(fixture);
    const all = await nodes({ id: run.id });
    expect(graphs.nodes.output.parse(all)).toEqual(all);
    expect(all.nodes.map((node) => node.id)).toEqual([child.id, id(1), id(2), id(3)]);
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page = await nodes({ id: run.id, limit: 1, after });
      paged.push(...page.nodes.map((node) => node.id));
      after = page.next;
    } while (after !== null);
    expect(paged).toEqual(all.nodes.map((node) => node.id));
    expect(all.nodes[2]).toMatchObject({
      id: id(2),
      parents: [id(1), id(99)],
      within: null,
      task_key: "load",
    });
    expect(all.nodes[3]).toMatchObject({
      within: id(2),
      segments: [["RUNNING", "Running", fixture.clock.now() + 7]],
    });
    const running = await nodes({ id: run.id, task_key: "load", state_types: ["RUNNING"] });
    expect(running.nodes.map((node) => node.id)).toEqual([id(2), id(3)]);
    await expect(nodes({ id: run.id, after: "[1]" })).rejects.toMatchObject({ code: "invalid" });
  });

  test("edges are those between the given nodes", async () => {
    const { run, child } = await world(fixture);
    const edges = (...ids: string[]) => fixture.store.graphs.edges({ id: run.id, ids });
    expect(await edges(id(1), id(2), child.id)).toEqual(
      expect.arrayContaining([
        { from: id(1), to: id(2) },
        { from: id(2), to: child.id },
      ]),
    );
    expect(await edges(id(1), id(3))).toEqual([]);
    expect(await edges()).toEqual([]);
  });

  test("changes since a seq are returned, with deletions; for an unknown seq they are not", async () => {
    const { run } = await world(fixture);
    const { store, clock } = fixture;
    const since = store.seq();
    const changes = (from: number) => store.graphs.changes({ id: run.id, since: from });
    expect(await changes(since)).toEqual({ nodes: [], deleted: [], seq: since });
    await store.ingest([
      taskEvent({ taskRunId: id(2), flowRunId: run.id, type: "COMPLETED", occurred: clock.time(20) }),
    ]);
    await store.taskRuns.delete(id(3));
    const reported = await changes(since);
    expect(reported).toMatchObject({ nodes: [{ id: id(2), state_type: "COMPLETED" }], deleted: [id(3)] });
    expect(reported.seq).toBeGreaterThan(since);
    expect(await changes(reported.seq + 1)).toMatchObject({ nodes: null });
  });
}
